const prefix = 'zaphub:';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * What we send as `biz_opaque_callback_data` (512 characters at most): Meta gives it back with every status, so that a
 * status finds its message even when the answer with Meta's own id was lost.
 */
export function tagOf(messageId: string): string {
  return prefix + messageId;
}

/** Our message's id in a tag; `undefined` for a tag that is not ours, such as one of another app on the number. */
export function messageIdOfTag(tag: string | undefined): string | undefined {
  if (tag === undefined || !tag.startsWith(prefix)) return undefined;
  const id = tag.slice(prefix.length);
  return uuid.test(id) ? id : undefined;
}
