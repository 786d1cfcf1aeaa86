import type { Person } from '../inbound.ts';

const phoneServer = '@s.whatsapp.net';

/** WhatsApp's address of a number (E.164) or of a hidden person (`…@lid`); `undefined` for anything else. */
export function addressOf(to: string): string | undefined {
  if (/^\+[1-9]\d{6,14}$/.test(to)) return to.slice(1) + phoneServer;
  return /^\d{5,20}@lid$/.test(to) ? to : undefined;
}

/** Without its device: `5511…:3@s.whatsapp.net` is of the same person as `5511…@s.whatsapp.net`. */
export function withoutDevice(address: string): string {
  return address.replace(/[:_]\d+(?=@)/, '');
}

/** E.164 of an address that is a number. */
export function phoneOf(address: string | undefined | null): string | undefined {
  const digits = /^(\d{5,15})(?:[:_]\d+)?@(?:s\.whatsapp\.net|c\.us)$/.exec(address ?? '')?.[1];
  return digits === undefined ? undefined : `+${digits}`;
}

/** The id of a person whose address is not a number. */
export function userIdOf(address: string | undefined | null): string | undefined {
  return address?.endsWith('@lid') ? withoutDevice(address) : undefined;
}

/** Whoever is behind an address and the other address of the same person, in either order. */
export function personOf(address: string, other?: string | null, name?: string | null): Person {
  const phone = phoneOf(address) ?? phoneOf(other);
  const userId = userIdOf(address) ?? userIdOf(other);
  return {
    ...(phone === undefined ? {} : { phone }),
    ...(userId === undefined ? {} : { userId }),
    ...(name ? { name } : {}),
  };
}
