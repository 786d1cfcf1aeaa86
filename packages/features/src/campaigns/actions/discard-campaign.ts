import type { Database, TenantScope } from '@zaphub/db';
import { assertCanMove } from '../campaign-states.ts';
import { deleteCampaign, lockCampaign } from '../queries.ts';

/** Deletes a draft; what was ever scheduled or started stays on record. @throws AppError `not_found`, `campaign_state` */
export async function discardCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<void> {
  await deps.db.tenant(scope, async (tx) => {
    const { status } = await lockCampaign(scope, tx, campaignId);
    assertCanMove(status, 'delete');
    await deleteCampaign(scope, tx, campaignId);
  });
}
