import type { Database, TenantScope, Tx } from '@zaphub/db';
import { type CampaignSchedule, instantOf, parseWall, type SchedulePreview } from '@zaphub/types';
import {
  type CampaignTimes,
  holidayName,
  listHolidays,
  nextOpening,
  readTimes,
} from '../../schedules/index.ts';
import { type CampaignRow, getCampaign } from '../queries.ts';
import { countReachable, readZoneShares, type ZoneShare } from '../recipient-shares.ts';
import { expectTimes, readSendingLimits } from '../sending-limits.ts';

/** Zones that are told one by one. */
const mostZones = 12;

/**
 * Says what a schedule would mean for a campaign: when its first message may leave and why not before, when the last
 * zone begins, and when it would be over. Nothing is stored, and a start in the past counts as now.
 * @throws AppError `not_found`
 */
export async function previewSchedule(
  deps: { db: Database },
  scope: TenantScope,
  input: CampaignSchedule & { campaignId: string },
): Promise<SchedulePreview> {
  return deps.db.read(scope, async (tx) => {
    const campaign = await getCampaign(scope, tx, input.campaignId);
    const times = timesOf(input, await readTimes(scope, tx, campaign.id));
    const limits = await readSendingLimits(scope, tx, {
      connectionId: campaign.connection_id,
      poolId: campaign.pool_id,
    });
    const shares = await zonesOf(scope, tx, campaign, times, startOf(input, times));
    const inTime = shares.filter(({ isLate }) => !isLate);
    const messages = inTime.reduce((sum, share) => sum + share.recipients, 0);
    const expected = expectTimes(limits, {
      messages,
      campaignRate: campaign.rate_per_second === null ? null : Number(campaign.rate_per_second),
      hours: times.hours,
      shares: inTime.length > 0 ? inTime : shares,
      hasOwnLines: times.clock === 'recipient',
    });
    const first = [...shares].sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
    const own = await listHolidays(scope, tx);
    return {
      recipients: messages,
      too_late: shares.reduce((sum, share) => sum + (share.isLate ? share.recipients : 0), 0),
      starts_at: new Date(Math.min(...shares.map(({ fromMs }) => fromMs))).toISOString(),
      first_at: expected.startsAt.toISOString(),
      last_zone_at: first.at(-1)?.dueAt.toISOString() ?? expected.startsAt.toISOString(),
      finishes_at: expected.isLimited ? (expected.finishesAt?.toISOString() ?? null) : null,
      wait: waitOf(times, own, first[0]),
      zones: shares.slice(0, mostZones).map(({ zone, recipients, dueAt }) => ({
        zone,
        recipients,
        begins_at: dueAt.toISOString(),
      })),
      more_zones: Math.max(0, shares.length - mostZones),
    };
  });
}

/** The campaign's times with the start, the clock and the policy that are being looked at. */
function timesOf(input: CampaignSchedule, stored: CampaignTimes): CampaignTimes {
  return {
    ...stored,
    clock: 'clock' in input ? input.clock : 'campaign',
    startsAt: 'starts_at_local' in input ? input.starts_at_local : null,
    timezone: input.timezone,
    latePolicy: input.late_policy,
    lateAfterMs: input.late_after_seconds * 1000,
  };
}

function startOf(input: CampaignSchedule, { nowMs, timezone }: CampaignTimes): number {
  const startMs =
    'scheduled_at' in input
      ? Date.parse(input.scheduled_at)
      : instantOf(timezone, parseWall(input.starts_at_local));
  return Math.max(nowMs, startMs);
}

/** By zones on the recipients' clocks; else everybody at once. At least one. */
async function zonesOf(
  scope: TenantScope,
  tx: Tx,
  campaign: CampaignRow,
  times: CampaignTimes,
  startMs: number,
): Promise<ZoneShare[]> {
  if (times.clock === 'recipient') {
    const shares = await readZoneShares(scope, tx, campaign.audience, times);
    if (shares.length > 0) return shares;
  }
  const { hours, timezone: zone, holidays } = times;
  const opening = hours === null ? undefined : nextOpening(hours, zone, startMs, holidays);
  const dueAt = new Date(Math.max(startMs, opening?.fromMs ?? 0));
  const recipients = await countReachable(scope, tx, campaign.audience);
  return [{ zone, recipients, share01: 1, fromMs: startMs, isLate: false, dueAt }];
}

/** Why the first message does not leave at the start. */
function waitOf(
  { hours }: CampaignTimes,
  own: Parameters<typeof holidayName>[1],
  first: ZoneShare | undefined,
): SchedulePreview['wait'] {
  if (hours === null || first === undefined || first.dueAt.getTime() <= first.fromMs) return null;
  const name = holidayName(hours, own, first.zone, first.fromMs);
  return name === undefined ? { cause: 'hours', holiday: null } : { cause: 'holiday', holiday: name };
}
