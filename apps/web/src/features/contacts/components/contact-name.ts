import type { TFunction } from 'i18next';
import { formatPhone } from '#lib/format.ts';

/** What to call a contact: the name, else the number, else that there is neither. */
export function contactName(t: TFunction, contact: { name: string | null; phone: string | null }): string {
  return contact.name ?? (contact.phone === null ? t('contacts.noName') : formatPhone(contact.phone));
}
