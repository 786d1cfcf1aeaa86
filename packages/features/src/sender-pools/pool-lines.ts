import type { TenantScope, Tx } from '@zaphub/db';

/** About as many places as a rotation has at most. */
const mostPlaces = 200;

/**
 * The numbers of a pool, each as often as its weight says and spread evenly: for rows that wait in the line of one number
 * from the beginning. Whoever stops has its line taken over by the others.
 */
export async function readPoolLines(scope: TenantScope, tx: Tx, poolId: string): Promise<string[]> {
  const members = await tx.rows<{ id: string; weight: number }>(
    `select connection_id as id, weight from sender_pool_members where tenant_id = $1 and pool_id = $2 order by 1`,
    [scope.tenantId, poolId],
  );
  return rotationOf(members);
}

/** Everybody at evenly spread places; at least one place each. */
export function rotationOf(members: readonly { readonly id: string; readonly weight: number }[]): string[] {
  const sum = members.reduce((all, { weight }) => all + weight, 0);
  const scale = Math.min(1, mostPlaces / sum);
  return members
    .flatMap(({ id, weight }) => {
      const places = Math.max(1, Math.round(weight * scale));
      return Array.from({ length: places }, (_, nth) => ({ id, at: (nth + 0.5) / places }));
    })
    .sort((a, b) => a.at - b.at)
    .map(({ id }) => id);
}
