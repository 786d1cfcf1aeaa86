import type { TenantScope, Tx } from '@zaphub/db';

/** A contact and the one that it has become part of; itself, when it is part of none. */
export interface FamilyMember {
  readonly id: string;
  readonly root: string;
}

const members = `
with root as (
  select distinct coalesce(c.merged_into, c.id) as id from contacts c
  where c.tenant_id = $1 and c.id = any($2::uuid[])
), family as (
  select r.id, r.id as root from root r
  union all
  select m.id, r.id from root r join contacts m on m.tenant_id = $1 and m.merged_into = r.id
)
select c.id, f.root from family f join contacts c on c.tenant_id = $1 and c.id = f.id
order by c.id`;

const maxRounds = 10;

/**
 * Locks contacts, with those that are part of them and those that they are part of, until the transaction ends. All at
 * once and in the order of their ids, so that nobody who does the same waits in a circle: when a merge that was waited
 * for has changed who belongs together, the locks are let go and taken anew.
 */
export async function lockFamilies(
  tx: Tx,
  scope: TenantScope,
  contactIds: readonly string[],
): Promise<FamilyMember[]> {
  if (contactIds.length === 0) return [];
  const values = [scope.tenantId, [...new Set(contactIds)]];
  for (let round = 1; ; round++) {
    await tx.run('savepoint families');
    const locked = await tx.prepared<FamilyMember>(
      'lock_families',
      `${members} for no key update of c`,
      values,
    );
    const isSettled = isSame(locked, await tx.prepared<FamilyMember>('families', members, values));
    if (isSettled || round === maxRounds) {
      await tx.run('release savepoint families');
      return locked;
    }
    await tx.run('rollback to savepoint families');
  }
}

function isSame(a: readonly FamilyMember[], b: readonly FamilyMember[]): boolean {
  return (
    a.length === b.length &&
    a.every((member, index) => member.id === b[index]?.id && member.root === b[index]?.root)
  );
}
