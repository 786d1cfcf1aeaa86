import type { Database, TenantScope } from '@zaphub/db';
import type { DiscardResult } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { eachBatch, type Selection } from '../select-messages.ts';
import { selectionDetails } from '../selection-details.ts';

/**
 * Takes messages off the list of what failed: these, or all of one cause. They stay failed, in the ledger and in the
 * reports. Asked for again, it finds nothing.
 * @throws AppError `not_found`
 */
export async function discard(
  deps: { db: Database },
  scope: TenantScope,
  selection: Selection,
): Promise<DiscardResult> {
  const { actor } = scope;
  let discarded = 0;
  await eachBatch(
    scope,
    (work) => deps.db.tenant(scope, work),
    selection,
    async (tx, messageIds) => {
      const count = await tx.run(
        `update dead_letters set discarded_at = clock_timestamp(), discarded_by = $3
         where tenant_id = $1 and message_id = any($2::uuid[]) and discarded_at is null`,
        [scope.tenantId, messageIds, actor.kind === 'user' ? actor.userId : null],
      );
      discarded += count;
      if (count === 0) return;
      await audit(tx, scope, {
        action: 'dead_letters.discard',
        ...selectionDetails(selection, { discarded: count }),
      });
    },
  );
  return { discarded };
}
