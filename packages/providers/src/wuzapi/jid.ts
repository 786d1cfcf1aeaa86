import type { Person } from '../inbound.ts';

const address =
  /^(?<user>\d{5,20})(?:\.\d+)?(?::\d+)?@(?<server>s\.whatsapp\.net|c\.us|lid|hosted|hosted\.lid)$/;

/**
 * Who an address of WhatsApp means: `5511…:3@s.whatsapp.net` a phone, `123…@lid` an id that hides it. `undefined` for
 * a group, a channel, a broadcast, or nothing.
 */
export function personOf(jid: string | undefined): Pick<Person, 'phone' | 'userId'> | undefined {
  const { user, server } = address.exec(jid ?? '')?.groups ?? {};
  if (user === undefined || server === undefined) return undefined;
  return server === 'lid' || server === 'hosted.lid' ? { userId: `${user}@lid` } : { phone: `+${user}` };
}

/** A recipient as the gateway takes it, digits or an address; `undefined` for what is neither. */
export function recipientOf(to: string): string | undefined {
  if (/^\+[1-9]\d{5,14}$/.test(to)) return to.slice(1);
  return /^\d{5,20}@lid$/.test(to) ? to : undefined;
}

/** The address of a recipient, for a message that answers one of theirs. */
export function jidOf(recipient: string): string {
  return recipient.includes('@') ? recipient : `${recipient}@s.whatsapp.net`;
}
