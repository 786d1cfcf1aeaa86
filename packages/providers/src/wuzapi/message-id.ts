const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const bare = /^([0-9A-F]{8})([0-9A-F]{4})([1-8][0-9A-F]{3})([89AB][0-9A-F]{3})([0-9A-F]{12})$/;

/**
 * Our message's id as WhatsApp's own: 32 large hexadecimal digits, the form that its apps use. `undefined` for an id
 * that is no UUID. Because the id is ours, a receipt finds its message although the answer was lost.
 */
export function networkIdOf(messageId: string): string | undefined {
  return uuid.test(messageId) ? messageId.replaceAll('-', '').toUpperCase() : undefined;
}

/** Our message's id in one of WhatsApp's; `undefined` for a message that was not sent from here. */
export function messageIdOf(networkId: string): string | undefined {
  const parts = bare.exec(networkId);
  return parts === null ? undefined : parts.slice(1).join('-').toLowerCase();
}
