import type { TenantScope, Tx } from '@zaphub/db';
import { sendingHours, type SendingHours } from '@zaphub/types';
import { AppError } from '@zaphub/types';
import { listHolidays } from './holidays.ts';
import { nextOpening, type Opening } from './openings.ts';

/** What decides when a campaign may send. */
export interface CampaignTimes {
  readonly hours: SendingHours | null;
  readonly clock: 'campaign' | 'recipient';
  readonly timezone: string;
  /** The start as it was asked for, on that clock; null for at once. */
  readonly startsAt: string | null;
  readonly latePolicy: 'send' | 'skip' | 'ask';
  readonly lateAfterMs: number;
  /** The tenant's days without sending. */
  readonly holidays: ReadonlySet<string>;
  /** The database's time. */
  readonly nowMs: number;
}

/** Reads what decides when a campaign may send. @throws AppError `not_found` */
export async function readTimes(scope: TenantScope, tx: Tx, campaignId: string): Promise<CampaignTimes> {
  const row = await tx.maybeOne<{
    hours: unknown;
    clock: 'campaign' | 'recipient';
    timezone: string;
    starts_at: string | null;
    late_policy: CampaignTimes['latePolicy'];
    late_after_s: number;
    now: Date;
  }>(
    `select hours, clock, timezone, to_char(starts_at_local, 'YYYY-MM-DD"T"HH24:MI') as starts_at, late_policy,
       late_after_s, clock_timestamp() as now
     from campaigns where tenant_id = $1 and id = $2`,
    [scope.tenantId, campaignId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such campaign');
  const holidays = row.hours === null ? [] : await listHolidays(scope, tx);
  return {
    hours: row.hours === null ? null : sendingHours.parse(row.hours),
    clock: row.clock,
    timezone: row.timezone,
    startsAt: row.starts_at,
    latePolicy: row.late_policy,
    lateAfterMs: row.late_after_s * 1000,
    holidays: new Set(holidays.map(({ day }) => day)),
    nowMs: row.now.getTime(),
  };
}

/** Far enough that nobody waits for it, and a time that every clock can hold. */
const never = '9999-01-01T00:00:00Z';

/**
 * Works out the opening of a campaign that is under way or comes next, and stores it: from then on claims and marks
 * keep to it. One without hours is always open, and so is one on the recipients' clocks, whose rows have each their own.
 */
export async function setOpening(scope: TenantScope, tx: Tx, campaignId: string): Promise<void> {
  const times = await readTimes(scope, tx, campaignId);
  let opening: Opening | 'always' | undefined = 'always';
  if (times.hours !== null && times.clock === 'campaign') {
    opening = nextOpening(times.hours, times.timezone, times.nowMs, times.holidays);
  }
  const [opens, closes] =
    opening === 'always'
      ? [null, null]
      : opening === undefined
        ? [never, never]
        : [new Date(opening.fromMs), new Date(opening.toMs)];
  await tx.run('update campaigns set opens_at = $3, closes_at = $4 where tenant_id = $1 and id = $2', [
    scope.tenantId,
    campaignId,
    opens,
    closes,
  ]);
}

/** Hours that leave no time to send are a mistake. @throws AppError `hours_never_open` */
export function assertOpens(hours: SendingHours, zone: string): void {
  // Any instant serves: what counts is whether there is an opening within a year of it.
  if (nextOpening(hours, zone, Date.now()) !== undefined) return;
  throw new AppError('hours_never_open', 'the hours leave no time to send');
}
