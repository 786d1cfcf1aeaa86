import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { CampaignSchedule } from '@zaphub/types';
import { assertCanMove } from '../campaign-states.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';

/**
 * Sets when a draft is to start, or changes it. The database's clock decides what is past and when it is time.
 * @throws AppError `not_found`, `campaign_state`, `schedule_in_past`
 */
export async function scheduleCampaign(
  deps: { db: Database },
  scope: TenantScope,
  input: CampaignSchedule & { campaignId: string },
): Promise<CampaignRow> {
  return deps.db.tenant(scope, async (tx) => {
    const { status } = await lockCampaign(scope, tx, input.campaignId);
    assertCanMove(status, 'schedule');
    const touched = await tx.run(
      `update campaigns set status = 'scheduled', scheduled_at = $3, timezone = $4
       where tenant_id = $1 and id = $2 and $3::timestamptz > clock_timestamp()`,
      [scope.tenantId, input.campaignId, input.scheduled_at, input.timezone],
    );
    if (touched === 0) {
      throw new AppError('schedule_in_past', 'the instant has passed', {
        publicMessage: {
          en: 'That time has already passed. Choose a later one, or send now.',
          'pt-BR': 'Esse horário já passou. Escolha um mais tarde ou envie agora.',
        },
      });
    }
    return publishCampaign(scope, tx, input.campaignId);
  });
}
