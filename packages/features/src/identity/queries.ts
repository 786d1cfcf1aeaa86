import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';

/** A merge as it is shown. */
export interface MergeListRow {
  id: string;
  kept_id: string;
  merged_id: string;
  merged_name: string | null;
  merged_phone: string | null;
  cause: 'manual' | 'network';
  merged_at: Date;
  undone_at: Date | null;
}

const columns = `g.id, g.kept_id, g.merged_id, c.name as merged_name,
  coalesce(c.phone, g.before -> 'merged' ->> 'phone') as merged_phone, g.cause, g.merged_at, g.undone_at`;
const from = 'contact_merges g join contacts c on c.tenant_id = g.tenant_id and c.id = g.merged_id';

/** Reads one merge. @throws AppError `not_found` */
export async function findMerge(scope: TenantScope, tx: Tx, id: string): Promise<MergeListRow> {
  const row = await tx.maybeOne<MergeListRow>(
    `select ${columns} from ${from} where g.tenant_id = $1 and g.id = $2`,
    [scope.tenantId, id],
  );
  if (row === undefined) throw new AppError('not_found', 'no such merge');
  return row;
}

/** @throws AppError `not_found` when the tenant has no such contact */
export async function requireContact(scope: TenantScope, tx: Tx, id: string): Promise<void> {
  const found = await tx.run('select from contacts where tenant_id = $1 and id = $2', [scope.tenantId, id]);
  if (found === 0) throw new AppError('not_found', 'no such contact');
}

/** The merges into a contact, newest first, a hundred at most. */
export function listMerges(scope: TenantScope, tx: Tx, contactId: string): Promise<MergeListRow[]> {
  return tx.rows<MergeListRow>(
    `select ${columns} from ${from} where g.tenant_id = $1 and g.kept_id = $2 order by g.merged_at desc limit 100`,
    [scope.tenantId, contactId],
  );
}

/** One name of a contact. */
export interface IdentityRow {
  kind: 'phone' | 'bsuid' | 'lid' | 'username';
  value: string;
}

/** The names of a contact and of those that are part of it, beside its own number. */
export function listIdentities(scope: TenantScope, tx: Tx, contactId: string): Promise<IdentityRow[]> {
  return tx.rows<IdentityRow>(
    `select distinct kind, value from (
       select i.kind, i.value from contact_identities i join contacts c on c.tenant_id = $1 and c.id = i.contact_id
       where i.tenant_id = $1 and (c.id = $2 or c.merged_into = $2)
       union all
       select 'phone', c.phone from contacts c where c.tenant_id = $1 and c.merged_into = $2 and c.phone is not null
     ) names order by kind, value limit 100`,
    [scope.tenantId, contactId],
  );
}

/** The number of a contact and the form of it that a network knows. @throws AppError `not_found` */
export async function findNumber(
  scope: TenantScope,
  tx: Tx,
  contactId: string,
): Promise<{ phone: string | null; reached_as: string | null }> {
  const row = await tx.maybeOne<{ phone: string | null; reached_as: string | null }>(
    'select phone, reached_as from contacts where tenant_id = $1 and id = $2',
    [scope.tenantId, contactId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such contact');
  return row;
}
