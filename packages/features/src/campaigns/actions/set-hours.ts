import type { Database, TenantScope } from '@zaphub/db';
import type { SendingHours } from '@zaphub/types';
import { assertOpens, readTimes, redateRecipients, setOpening } from '../../schedules/index.ts';
import { enqueue } from '../../outbox/index.ts';
import { assertCanMove } from '../campaign-states.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';

/**
 * Sets when a campaign may send, also while it is running: it counts from the next message on.
 * @throws AppError `not_found`, `campaign_state`, `hours_never_open`
 */
export async function setHours(
  deps: { db: Database },
  scope: TenantScope,
  input: { campaignId: string; hours: SendingHours | null },
): Promise<CampaignRow> {
  const { campaignId, hours } = input;
  return deps.db.tenant(scope, async (tx) => {
    const campaign = await lockCampaign(scope, tx, campaignId);
    assertCanMove(campaign.status, 'change_hours');
    if (hours !== null) assertOpens(hours, campaign.timezone);
    await tx.run('update campaigns set hours = $3 where tenant_id = $1 and id = $2', [
      scope.tenantId,
      campaignId,
      hours === null ? null : JSON.stringify(hours),
    ]);
    await setOpening(scope, tx, campaignId);
    if (campaign.clock === 'recipient') {
      const times = await readTimes(scope, tx, campaignId);
      await redateRecipients(scope, tx, { campaignId, times, which: 'all' });
    }
    await enqueue(tx, scope, 'message.send', {
      tenantId: scope.tenantId,
      connectionId: campaign.connection_id,
    });
    return publishCampaign(scope, tx, campaignId);
  });
}
