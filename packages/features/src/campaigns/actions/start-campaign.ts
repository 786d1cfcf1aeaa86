import type { Database, TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { hasAnybody } from '../../audiences/index.ts';
import { assertCanMove } from '../campaign-states.ts';
import { enqueue } from '../../outbox/index.ts';
import { setOpening } from '../../schedules/index.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';
import { assertHasNumber } from './assert-has-number.ts';

/**
 * Sends a draft or scheduled campaign now: its audience is frozen by a job, then messages go out. Two starts at
 * once make one start and one `campaign_state`.
 * @throws AppError `not_found`, `campaign_state`, `connection_state`, `audience_empty`
 */
export async function startCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<CampaignRow> {
  return deps.db.tenant(scope, async (tx) => {
    const campaign = await lockCampaign(scope, tx, campaignId);
    assertCanMove(campaign.status, 'start');
    await assertHasNumber(scope, tx, campaign);
    if (!(await hasAnybody(scope, tx, campaign.audience))) {
      throw new AppError('audience_empty', 'nobody in the audience', {
        publicMessage: {
          en: 'There is nobody in this audience yet. Import contacts or choose another one.',
          'pt-BR': 'Ainda não há ninguém neste público. Importe contatos ou escolha outro.',
        },
      });
    }
    // A start by hand is at once, whatever was asked for before.
    await tx.run(
      `update campaigns set starts_at_local = null, clock = 'campaign' where tenant_id = $1 and id = $2`,
      [scope.tenantId, campaignId],
    );
    return beginPreparing(scope, tx, campaignId);
  });
}

/** Moves a locked campaign to `preparing` and orders the job. Contacts added after this moment do not get it. */
export async function beginPreparing(scope: TenantScope, tx: Tx, campaignId: string): Promise<CampaignRow> {
  await tx.run(
    `update campaigns set status = 'preparing', hold_cause = null, hold_since = null, started_at = clock_timestamp(), expansion_limit = clock_timestamp()
     where tenant_id = $1 and id = $2`,
    [scope.tenantId, campaignId],
  );
  await setOpening(scope, tx, campaignId);
  await enqueue(tx, scope, 'campaign.prepare', { tenantId: scope.tenantId, campaignId });
  return publishCampaign(scope, tx, campaignId);
}
