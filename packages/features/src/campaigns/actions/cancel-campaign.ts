import type { Database, TenantScope } from '@zaphub/db';
import { assertCanMove } from '../campaign-states.ts';
import { enqueue } from '../../outbox/index.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';
import { skipCancelledChunk } from '../skip-cancelled.ts';

/**
 * Ends a campaign for good. What is already on its way may still arrive; everybody else is skipped: at once when
 * they are few, otherwise by a job.
 * @throws AppError `not_found`, `campaign_state`
 */
export async function cancelCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<CampaignRow> {
  await deps.db.tenant(scope, async (tx) => {
    const { status } = await lockCampaign(scope, tx, campaignId);
    assertCanMove(status, 'cancel');
    await tx.run(
      `update campaigns set status = 'cancelled', finished_at = clock_timestamp() where tenant_id = $1 and id = $2`,
      [scope.tenantId, campaignId],
    );
    // Ordered in any case: this process may die before the rows below are skipped.
    await enqueue(tx, scope, 'campaign.cancel', { tenantId: scope.tenantId, campaignId });
    await publishCampaign(scope, tx, campaignId);
  });
  // A transaction of its own: a claim may hold the rows and wait for the campaign that was locked above.
  const { campaign } = await skipCancelledChunk(deps, scope, campaignId);
  return campaign;
}
