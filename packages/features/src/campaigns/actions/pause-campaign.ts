import type { Database, TenantScope, Tx } from '@zaphub/db';
import { assertCanMove } from '../campaign-states.ts';
import { enqueue } from '../../outbox/index.ts';
import { setOpening } from '../../schedules/index.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';
import { beginPreparing } from './start-campaign.ts';

/**
 * Stops a campaign after what is already on its way; nothing is marked for sending once this has returned.
 * @throws AppError `not_found`, `campaign_state`
 */
export async function pauseCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<CampaignRow> {
  return deps.db.tenant(scope, async (tx) => {
    const { status } = await lockCampaign(scope, tx, campaignId);
    assertCanMove(status, 'pause');
    await tx.run(
      `update campaigns set status = 'paused', resume_status = status where tenant_id = $1 and id = $2`,
      [scope.tenantId, campaignId],
    );
    return publishCampaign(scope, tx, campaignId);
  });
}

/**
 * Goes on where the pause stopped it, preparing or sending; nobody gets a message twice.
 * @throws AppError `not_found`, `campaign_state`
 */
export async function resumeCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<CampaignRow> {
  return deps.db.tenant(scope, async (tx) => {
    const campaign = await lockCampaign(scope, tx, campaignId);
    assertCanMove(campaign.status, 'resume');
    const { tenantId } = scope;
    await tx.run(
      `update campaigns set status = coalesce(resume_status, 'running'), resume_status = null,
         error_code = null, error_detail = null, hold_cause = null, hold_since = null
       where tenant_id = $1 and id = $2`,
      [tenantId, campaignId],
    );
    if (campaign.resume_status === 'scheduled') {
      // It waited for a decision before its start: it starts now, unless its time is still to come.
      const isAhead = campaign.scheduled_at !== null && (await isFuture(tx, campaign.scheduled_at));
      return isAhead ? publishCampaign(scope, tx, campaignId) : beginPreparing(scope, tx, campaignId);
    }
    await setOpening(scope, tx, campaignId);
    if (campaign.resume_status === 'preparing') {
      await enqueue(tx, scope, 'campaign.prepare', { tenantId, campaignId });
    } else {
      await enqueue(tx, scope, 'message.send', { tenantId, connectionId: campaign.connection_id });
    }
    return publishCampaign(scope, tx, campaignId);
  });
}

/** By the database's clock. */
async function isFuture(tx: Tx, at: Date): Promise<boolean> {
  const { ahead } = await tx.one<{ ahead: boolean }>('select $1::timestamptz > clock_timestamp() as ahead', [
    at,
  ]);
  return ahead;
}
