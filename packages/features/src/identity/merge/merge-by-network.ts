import type { TenantScope, Tx } from '@zaphub/db';
import { mergePair } from './merge-pair.ts';

/**
 * Merges two contacts that a network says are one person, unless somebody has undone exactly that before.
 * @returns whether they are one contact now
 */
export async function mergeByNetwork(
  tx: Tx,
  scope: TenantScope,
  pair: { keptId: string; mergedId: string },
): Promise<boolean> {
  const wasUndone = await tx.run(
    `select from contact_merges where tenant_id = $1 and undone_at is not null
       and ((kept_id = $2 and merged_id = $3) or (kept_id = $3 and merged_id = $2)) limit 1`,
    [scope.tenantId, pair.keptId, pair.mergedId],
  );
  if (wasUndone > 0) return false;
  await mergePair(tx, scope, { ...pair, cause: 'network' });
  return true;
}
