import type { Database, TenantScope } from '@zaphub/db';
import type { RedriveObstacle, RedriveResult } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { publishCampaign } from '../../campaigns/index.ts';
import { enqueue } from '../../outbox/index.ts';
import { requeue } from '../requeue.ts';
import { eachBatch, type Selection } from '../select-messages.ts';
import { selectionDetails } from '../selection-details.ts';

/**
 * Sends messages that came to nothing again: these, or all of one cause. Those that must not be sent (the person asked
 * for no messages, the campaign was cancelled, …) are left as they are and counted. Asked for again, it finds nothing.
 * @throws AppError `not_found`
 */
export async function redrive(
  deps: { db: Database },
  scope: TenantScope,
  selection: Selection,
): Promise<RedriveResult> {
  let redriven = 0;
  const left: Partial<Record<RedriveObstacle, number>> = {};
  await eachBatch(
    scope,
    (work) => deps.db.tenant(scope, work),
    selection,
    async (tx, messageIds) => {
      const done = await requeue(tx, scope, messageIds);
      redriven += done.redriven;
      for (const [obstacle, count] of entries(done.left)) left[obstacle] = (left[obstacle] ?? 0) + count;
      if (done.redriven === 0) return;
      await audit(tx, scope, {
        action: 'dead_letters.redrive',
        ...selectionDetails(selection, { redriven: done.redriven, left: done.left }),
      });
      for (const connectionId of done.connectionIds) {
        await enqueue(tx, scope, 'message.send', { tenantId: scope.tenantId, connectionId });
      }
      for (const campaignId of done.campaignIds) await publishCampaign(scope, tx, campaignId);
    },
  );
  return { redriven, left };
}

function entries(left: Partial<Record<RedriveObstacle, number>>): [RedriveObstacle, number][] {
  // Object.entries forgets which keys it was given.
  return Object.entries(left) as [RedriveObstacle, number][];
}
