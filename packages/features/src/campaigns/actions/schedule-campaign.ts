import type { Database, TenantScope } from '@zaphub/db';
import { AppError, instantOf, isKnownZone, parseWall } from '@zaphub/types';
import type { CampaignSchedule } from '@zaphub/types';
import { assertCanMove } from '../campaign-states.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';
import { assertHasNumber } from './assert-has-number.ts';

/** The zones in which a day begins first and ends last. */
const firstZone = 'Pacific/Kiritimati';
const lastZone = 'Etc/GMT+12';

/**
 * Sets when a draft is to start, or changes it: at an instant, at a time of the campaign's zone, or at a time of each
 * recipient's own. The database's clock decides what is past and when it is time.
 * @throws AppError `not_found`, `campaign_state`, `connection_state`, `schedule_in_past`, `bad_request` for a zone that
 *   is only an offset
 */
export async function scheduleCampaign(
  deps: { db: Database },
  scope: TenantScope,
  input: CampaignSchedule & { campaignId: string },
): Promise<CampaignRow> {
  if (!isKnownZone(input.timezone)) throw unknownZone(input.timezone);
  const { startMs, lastMs } = instantsOf(input);
  return deps.db.tenant(scope, async (tx) => {
    const campaign = await lockCampaign(scope, tx, input.campaignId);
    assertCanMove(campaign.status, 'schedule');
    await assertHasNumber(scope, tx, campaign);
    // The database reads zones from a list of its own.
    const { known } = await tx.one<{ known: boolean }>('select app.is_zone($1) as known', [input.timezone]);
    if (!known) throw unknownZone(input.timezone);
    const touched = await tx.run(
      `update campaigns set status = 'scheduled', scheduled_at = greatest($3, clock_timestamp()), timezone = $4,
         clock = $5, starts_at_local = $6::timestamp, late_policy = $7, late_after_s = $8
       where tenant_id = $1 and id = $2 and $9::timestamptz > clock_timestamp()`,
      [
        scope.tenantId,
        input.campaignId,
        new Date(startMs),
        input.timezone,
        'clock' in input ? input.clock : 'campaign',
        'starts_at_local' in input ? input.starts_at_local : null,
        input.late_policy,
        input.late_after_seconds,
        new Date(lastMs),
      ],
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

/** When the work begins, and the last instant at which anybody's clock shows the start. */
function instantsOf(input: CampaignSchedule): { startMs: number; lastMs: number } {
  if ('scheduled_at' in input) {
    const startMs = Date.parse(input.scheduled_at);
    return { startMs, lastMs: startMs };
  }
  const wall = parseWall(input.starts_at_local);
  if (input.clock === 'campaign') {
    const startMs = instantOf(input.timezone, wall);
    return { startMs, lastMs: startMs };
  }
  return { startMs: instantOf(firstZone, wall), lastMs: instantOf(lastZone, wall) };
}

function unknownZone(zone: string): AppError {
  return new AppError('bad_request', `not a zone: ${zone}`, {
    publicMessage: {
      en: 'A time zone has a name such as America/Sao_Paulo.',
      'pt-BR': 'Um fuso horário tem um nome, como America/Sao_Paulo.',
    },
  });
}
