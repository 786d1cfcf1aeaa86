import { z } from 'zod';

/** The prefix of each kind of id that leaves the system. */
export const idPrefixes = {
  tenant: 'ten',
  user: 'usr',
  contact: 'con',
  import: 'imp',
  template: 'tpl',
  campaign: 'cmp',
  message: 'msg',
  connection: 'ses',
  task: 'tsk',
  conversation: 'cnv',
  conversation_message: 'cvm',
  merge: 'mrg',
  sender_pool: 'spl',
  webhook: 'whk',
  webhook_event: 'evt',
  webhook_delivery: 'dlv',
} as const;

export type IdKind = keyof typeof idPrefixes;

/** An id as it is written outside: `cmp_` and 26 characters of Crockford base 32 (the 128 bits of a UUIDv7). */
export type PublicId<K extends IdKind> = string & { readonly __kind: K };

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Writes a UUID as a public id of the given kind. */
export function toPublicId<K extends IdKind>(kind: K, uuid: string): PublicId<K> {
  if (!uuidPattern.test(uuid)) throw new TypeError(`not a uuid: ${uuid}`);
  const hex = uuid.replaceAll('-', '');
  // 8 bits are the first two characters, and then each 20 bits are four: a list of replies has an id in each row.
  let text = pairAt(Number.parseInt(hex.slice(0, 2), 16));
  for (let at = 2; at < 32; at += 5) {
    const bits = Number.parseInt(hex.slice(at, at + 5), 16);
    text += pairAt(bits >> 10) + pairAt(bits & 1023);
  }
  // The brand exists only in types.
  return `${idPrefixes[kind]}_${text}` as PublicId<K>;
}

/** Every two characters by their 10 bits. */
const pairs = Array.from(
  { length: 1024 },
  (_, bits) => alphabet.charAt(bits >> 5) + alphabet.charAt(bits & 31),
);

function pairAt(bits: number): string {
  return pairs[bits] ?? '';
}

/** Reads a public id back to its UUID; `undefined` for anything that is not an id of this kind. */
export function fromPublicId(kind: IdKind, id: string): string | undefined {
  const prefix = idPrefixes[kind] + '_';
  if (!id.startsWith(prefix) || id.length !== prefix.length + 26) return undefined;
  // As it is written: 8 bits in the first two characters, and then 20 bits in each four.
  let hex = hexOf(id, prefix.length, 2);
  for (let at = prefix.length + 2; at < id.length; at += 4) hex += hexOf(id, at, 4);
  // A character that is none, or more than 128 bits, makes it longer or shorter.
  if (hex.length !== 32) return undefined;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
/** Five bits of each character as hex: two for the first two, whose value ends at 255, five for four. */
function hexOf(text: string, from: number, characters: 2 | 4): string {
  let value = 0;
  for (let at = from; at < from + characters; at++) {
    const digit = alphabet.indexOf(text.charAt(at));
    if (digit < 0) return '';
    value = value * 32 + digit;
  }
  return value.toString(16).padStart(characters === 2 ? 2 : 5, '0');
}

/**
 * A zod schema for public ids of one kind; it keeps the text as it is, and says its kind in its metadata. It accepts
 * what `fromPublicId` reads, without reading it: a list of replies has one for each of its rows.
 */
export function publicId<K extends IdKind>(kind: K): z.ZodType<PublicId<K>, string> {
  // Of the first character's five bits the upper two are beyond the 128 of a UUID.
  const pattern = new RegExp(`^${idPrefixes[kind]}_[0-7][${alphabet}]{25}$`);
  return z
    .string()
    .refine((id): id is PublicId<K> => pattern.test(id), `expected a ${idPrefixes[kind]}_ id`)
    .meta({ idKind: kind });
}
