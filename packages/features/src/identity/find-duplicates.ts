import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { phoneForms } from './phone-forms.ts';

/** A contact who may be the same person as another. */
export interface DuplicateRow {
  id: string;
  name: string | null;
  phone: string | null;
  reason: 'number' | 'username' | 'name';
  was_undone: boolean;
}

/**
 * Contacts who may be the same person as this one, the surest first, ten at most: another form of its number, a username
 * that both have, the same name whatever the case. Nothing is merged by any of these alone: a name is shared by many,
 * and a username may have passed on. Looks through all names of the tenant; somebody asks for it, nothing does by itself.
 * @throws AppError `not_found`
 */
export async function findDuplicates(scope: TenantScope, tx: Tx, contactId: string): Promise<DuplicateRow[]> {
  const contact = await tx.maybeOne<{ name: string | null; phone: string | null }>(
    'select name, phone from contacts where tenant_id = $1 and id = $2',
    [scope.tenantId, contactId],
  );
  if (contact === undefined) throw new AppError('not_found', 'no such contact');
  return tx.rows<DuplicateRow>(
    `with found as (
       select c.id, 1 as place, 'number' as reason from contacts c where c.tenant_id = $1 and c.phone = any($3::text[])
       union all
       select o.contact_id, 2, 'username' from contact_identities i
         join contact_identities o on o.tenant_id = $1 and o.kind = i.kind and o.value = i.value and o.contact_id <> $2
       where i.tenant_id = $1 and i.contact_id = $2 and i.kind = 'username'
       union all
       (select c.id, 3, 'name' from contacts c
        where c.tenant_id = $1 and c.merged_into is null and lower(btrim(c.name)) = lower(btrim($4)) limit 11)
     ), surest as (
       select distinct on (f.id) f.id, f.place, f.reason from found f order by f.id, f.place
     )
     select c.id, c.name, c.phone, s.reason, exists (
       select from contact_merges g where g.tenant_id = $1 and g.undone_at is not null
         and (g.kept_id, g.merged_id) in (($2, c.id), (c.id, $2))) as was_undone
     from surest s join contacts c on c.tenant_id = $1 and c.id = s.id
     where c.merged_into is null and c.id <> $2
     order by s.place, c.id desc limit 10`,
    [scope.tenantId, contactId, contact.phone === null ? [] : phoneForms(contact.phone), contact.name],
  );
}
