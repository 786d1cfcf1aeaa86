import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { addressOf, phoneForms } from '../identity/index.ts';

/** Somebody a message can go to. */
export interface Recipient {
  readonly contactId: string;
  /** E.164, or the id that a network has for a person whose number it keeps to itself. */
  readonly address: string;
}

interface ContactRow {
  readonly id: string;
  readonly phone: string | null;
  readonly opted_out: boolean;
}

/** Whom a message is for: a contact, or a number in E.164, whose contact is made when there is none. */
export type Addressee =
  | {
      readonly contactId: string;
      /** Where to write to somebody whose number is hidden; the contact's number when absent. */
      readonly address?: string;
    }
  | { readonly to: string };

/**
 * Finds who gets a message.
 * @throws AppError `not_found`, `contact_opted_out` (unless `mayHaveOptedOut`), `contact_unreachable`
 */
export async function findRecipient(
  scope: TenantScope,
  tx: Tx,
  addressee: Addressee,
  options: { readonly connectionId: string; readonly mayHaveOptedOut: boolean },
): Promise<Recipient> {
  const contact =
    'to' in addressee
      ? await findOrMakeContact(scope, tx, addressee.to)
      : await findContact(scope, tx, addressee.contactId, options.connectionId);
  if (contact === undefined) throw new AppError('not_found', 'no such contact');
  if (contact.opted_out && !options.mayHaveOptedOut) {
    throw new AppError('contact_opted_out', 'the contact has opted out');
  }
  // Of a number that somebody typed, the form that the network is known to take.
  const address =
    'to' in addressee
      ? (formOf(addressee.to, contact.phone) ?? addressee.to)
      : (addressee.address ?? contact.phone);
  if (address === null) throw new AppError('contact_unreachable', 'the contact has no number');
  return { contactId: contact.id, address };
}

function formOf(typed: string, known: string | null): string | undefined {
  return known !== null && phoneForms(typed).includes(known) ? known : undefined;
}

/** With where to write to over this connection; what the contact lacks, the one it has become part of may have. */
async function findContact(
  scope: TenantScope,
  tx: Tx,
  id: string,
  connectionId: string,
): Promise<ContactRow | undefined> {
  const connection = { id: 's.id', provider: 's.provider' };
  const [row] = await tx.prepared<ContactRow>(
    'direct_contact',
    `select c.id, coalesce(${addressOf('c', connection)}, ${addressOf('r', connection)}) as phone,
       c.opted_out_at is not null as opted_out
     from contacts c join connections s on s.tenant_id = $1 and s.id = $3
       left join contacts r on r.tenant_id = $1 and r.id = c.merged_into
     where c.tenant_id = $1 and c.id = $2`,
    [scope.tenantId, id, connectionId],
  );
  return row;
}

/** By any form of the number; the contact of a number that is known to be theirs as well. */
async function findOrMakeContact(scope: TenantScope, tx: Tx, phone: string): Promise<ContactRow | undefined> {
  const forms = phoneForms(phone);
  const find = (): Promise<ContactRow[]> =>
    tx.prepared<ContactRow>(
      'direct_contact_by_phone',
      `select c.id, coalesce(c.reached_as, c.phone) as phone, c.opted_out_at is not null as opted_out
       from contacts c where c.tenant_id = $1 and c.id = coalesce(
         (select id from contacts where tenant_id = $1 and phone = any($2::text[])
            order by array_position($2::text[], phone) limit 1),
         (select contact_id from contact_identities where tenant_id = $1 and kind = 'phone' and value = any($2::text[]) limit 1))`,
      [scope.tenantId, forms],
    );
  const [found] = await find();
  if (found !== undefined) return found;
  await tx.run(
    `insert into contacts (tenant_id, phone, consent_source) values ($1, $2, 'direct_message')
     on conflict (tenant_id, phone) do nothing`,
    [scope.tenantId, forms[0]],
  );
  const [made] = await find();
  return made;
}
