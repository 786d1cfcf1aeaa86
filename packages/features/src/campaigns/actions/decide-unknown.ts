import type { Database, TenantScope } from '@zaphub/db';
import { decideUnknown as decideMessages } from '../../messages/index.ts';
import { assertCanMove } from '../campaign-states.ts';
import { enqueue } from '../../outbox/index.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';

/**
 * Decides what becomes of the recipients whose outcome was lost: `resend` sends to them again, also to those
 * once left (some may get it twice, and stay flagged), `leave` closes them as they are. A completed campaign
 * with rows to send again runs once more.
 * @throws AppError `not_found`, `campaign_state`
 */
export async function decideUnknown(
  deps: { db: Database },
  scope: TenantScope,
  input: { campaignId: string; decision: 'resend' | 'leave' },
): Promise<CampaignRow> {
  const { campaignId } = input;
  return deps.db.tenant(scope, async (tx) => {
    const campaign = await lockCampaign(scope, tx, campaignId);
    assertCanMove(campaign.status, 'decide_unknown');
    const decided = await decideMessages(tx.prepared, campaignId, input.decision);
    if (input.decision === 'resend' && decided > 0 && campaign.status === 'completed') {
      await tx.run(
        `update campaigns set status = 'running', finished_at = null where tenant_id = $1 and id = $2`,
        [scope.tenantId, campaignId],
      );
    }
    // Rung for `leave` as well: it may have been the last thing that kept the campaign from its end.
    await enqueue(tx, scope, 'message.send', {
      tenantId: scope.tenantId,
      connectionId: campaign.connection_id,
    });
    return publishCampaign(scope, tx, campaignId);
  });
}
