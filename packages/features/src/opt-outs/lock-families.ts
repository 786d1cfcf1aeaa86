import type { TenantScope, Tx } from '@zaphub/db';

/** A contact and the one that it has become part of; itself, when it is part of none. */
export interface FamilyMember {
  readonly id: string;
  readonly root: string;
}

const text = `
with root as (
  select distinct coalesce(c.merged_into, c.id) as id from contacts c
  where c.tenant_id = $1 and c.id = any($2::uuid[])
), family as (
  select r.id, r.id as root from root r
  union all
  select m.id, r.id from root r join contacts m on m.tenant_id = $1 and m.merged_into = r.id
)
select c.id, f.root from family f join contacts c on c.tenant_id = $1 and c.id = f.id
order by c.id for update of c`;

const maxRounds = 5;

/**
 * Locks contacts, with those that are part of them and those that they are part of, until the transaction ends.
 * Everybody who changes what belongs to several contacts takes these locks first, in the order of ids.
 */
export async function lockFamilies(
  tx: Tx,
  scope: TenantScope,
  contactIds: readonly string[],
): Promise<FamilyMember[]> {
  if (contactIds.length === 0) return [];
  let locked: FamilyMember[] = [];
  for (let round = 0; round < maxRounds; round++) {
    const found = await tx.prepared<FamilyMember>('lock_families', text, [
      scope.tenantId,
      [...new Set(contactIds)],
    ]);
    // A merge that committed while the locks were waited for has changed who belongs together.
    if (isSame(found, locked)) return locked;
    locked = found;
  }
  return locked;
}

function isSame(a: readonly FamilyMember[], b: readonly FamilyMember[]): boolean {
  return (
    a.length === b.length &&
    a.every((member, index) => member.id === b[index]?.id && member.root === b[index]?.root)
  );
}
