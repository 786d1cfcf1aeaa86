import type { Addresses } from './addresses.ts';

/** The form of a contact's number that the network used; null when it is the number itself. */
export function heardForm(person: Addresses, phone: string | null): string | null {
  return person.heardAs === undefined || person.heardAs === phone ? null : person.heardAs;
}

/** Did a network say a form of the contact's own number, not of another one of theirs? */
export function isOwnNumber(person: Addresses, phone: string | null): boolean {
  return person.heardAs !== undefined && phone !== null && person.forms.includes(phone);
}
