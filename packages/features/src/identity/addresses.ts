import type { Person } from '@zaphub/providers';
import { phoneForms } from './phone-forms.ts';

/** Somebody that a connection has heard from. */
export interface SeenPerson {
  readonly connectionId: string;
  /**
   * Of the connection: it says what kind of id its network gives to people. Absent when no network said it, but somebody
   * who typed a number: then nothing is learnt about the form that works.
   */
  readonly provider?: string;
  readonly person: Person;
}

/** One name that a person may be found by, or (a username) shown with. */
export interface Identity {
  readonly kind: 'bsuid' | 'lid' | 'username';
  readonly value: string;
  /** The connection that the id is good for; zeros for an id that is the same for everybody. */
  readonly connectionId: string;
}

/** What is known of a person, in our terms. */
export interface Addresses {
  /** As the network wrote the number, E.164. */
  readonly heardAs: string | undefined;
  /** Every form of that number, the one that is stored first. */
  readonly forms: readonly string[];
  readonly ids: readonly Identity[];
  readonly name: string | undefined;
}

/** The connection of ids that are the same for everybody. */
export const everywhere = '00000000-0000-0000-0000-000000000000';

const longestId = 200;

/** Puts what a network says of a person into our terms; without a name to find them by when it says nothing usable. */
export function addressesOf(seen: SeenPerson): Addresses {
  const { phone, userId, parentUserId, username, name } = seen.person;
  const forms = phone === undefined ? [] : phoneForms(phone);
  const hasLids = seen.provider === 'baileys' || seen.provider === 'wuzapi';
  const idOf = (value: string): Identity =>
    hasLids
      ? { kind: 'lid', value: lidOf(value), connectionId: everywhere }
      : { kind: 'bsuid', value, connectionId: seen.connectionId };
  const given = [userId, parentUserId].filter((value) => value !== undefined).map((value) => value.trim());
  const ids = [...new Set(given.filter(isUsable))].map(idOf);
  const handle = username?.trim().toLowerCase().replace(/^@/, '');
  if (handle !== undefined && isUsable(handle)) {
    ids.push({ kind: 'username', value: handle, connectionId: everywhere });
  }
  return {
    heardAs: forms.length > 0 && seen.provider !== undefined ? phone : undefined,
    forms,
    ids,
    name: nameOf(name),
  };
}

/** Can anybody be found by these? */
export function isKnowable(addresses: Addresses): boolean {
  return addresses.forms.length > 0 || addresses.ids.some((id) => id.kind !== 'username');
}

/** `123:4@lid`, `123@lid` and `123` are one person: the part after the colon is one of their devices. */
function lidOf(value: string): string {
  return value.replace(/@lid$/, '').replace(/:\d+$/, '');
}

function isUsable(value: string): boolean {
  // No control characters and no halves of characters: it becomes a key.
  return value.length > 0 && value.length <= longestId && value.isWellFormed() && !/\p{Cc}/u.test(value);
}

function nameOf(name: string | undefined): string | undefined {
  const text = name
    ?.replaceAll(/\p{Cc}/gu, ' ')
    .toWellFormed()
    .trim()
    .slice(0, 200)
    .trim();
  return text === undefined || text === '' ? undefined : text.toWellFormed();
}
