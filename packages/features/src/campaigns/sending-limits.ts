import type { TenantScope, Tx } from '@zaphub/db';
import { instantOf, type SendingHours, wallAt } from '@zaphub/types';
import { expectedFinish, listHolidays, nextOpening } from '../schedules/index.ts';

/** Days of a number's plan that are looked ahead; the last one stands for those after it. */
const plannedDays = 60;
const dayMs = 86_400_000;

interface NumberLimits {
  /** Messages a second; null for no limit. */
  rate: number | null;
  zone: string;
  /** How many each day may have, from today on, in the number's zone; null for any number. */
  caps: (number | null)[];
  sent_today: number;
}

/** What limits the sending of a campaign. */
export interface SendingLimits {
  readonly numbers: readonly NumberLimits[];
  readonly tenantRate: number | null;
  /** The tenant's days without sending. */
  readonly holidays: ReadonlySet<string>;
  readonly nowMs: number;
}

/** Reads the limits of a connection, or of all numbers of a pool. */
export async function readSendingLimits(
  scope: TenantScope,
  tx: Tx,
  sender: { readonly connectionId: string; readonly poolId: string | null },
): Promise<SendingLimits> {
  const numbers = await tx.rows<NumberLimits>(
    `select app.connection_rate(s.provider, s.rate_per_second, coalesce(h.pace_share01, 1)) as rate,
       z.zone, coalesce(n.sent, 0) as sent_today,
       array(select app.day_cap(s.daily_cap, s.warm_up, s.warm_up_from, z.today + d)
         from generate_series(0, $4::int - 1) d order by d) as caps
     from connections s join tenants t on t.id = s.tenant_id
       left join number_health h on h.connection_id = s.id
       cross join lateral (
         select coalesce(s.timezone, t.timezone) as zone,
           (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date as today) z
       left join connection_days n on n.tenant_id = s.tenant_id and n.connection_id = s.id and n.day = z.today
     where s.tenant_id = $1 and ($3::uuid is null and s.id = $2 or s.id in (
       select p.connection_id from sender_pool_members p where p.tenant_id = $1 and p.pool_id = $3))`,
    [scope.tenantId, sender.connectionId, sender.poolId, plannedDays],
  );
  const { rate, now } = await tx.one<{ rate: number | null; now: Date }>(
    'select rate_per_second::float8 as rate, clock_timestamp() as now from tenants where id = $1',
    [scope.tenantId],
  );
  const holidays = await listHolidays(scope, tx);
  return {
    numbers,
    tenantRate: rate,
    holidays: new Set(holidays.map(({ day }) => day)),
    nowMs: now.getTime(),
  };
}

/** When a campaign would begin and end, by its rates, caps and hours. */
export interface ExpectedTimes {
  readonly startsAt: Date;
  /** Null when it would not end within a year. */
  readonly finishesAt: Date | null;
  /** False when neither a rate nor a cap nor hours say how long it takes. */
  readonly isLimited: boolean;
  /** What today still allows; null for any number. */
  readonly leftToday: number | null;
}

/** Works out when so many messages would have gone. */
export function expectTimes(
  limits: SendingLimits,
  plan: {
    readonly messages: number;
    readonly campaignRate: number | null;
    readonly hours: SendingHours | null;
    readonly zone: string;
    /** Null for now. */
    readonly startsAt: Date | null;
  },
): ExpectedTimes {
  const { numbers, tenantRate, holidays, nowMs } = limits;
  const { hours } = plan;
  const fromMs = Math.max(nowMs, plan.startsAt?.getTime() ?? 0);
  const rates = [sumOf(numbers.map(({ rate }) => rate)), tenantRate, plan.campaignRate].filter(
    (rate) => rate !== null,
  );
  const ratePerSecond = rates.length === 0 ? null : Math.min(...rates);
  const hasCaps = numbers.length > 0 && numbers.every(({ caps }) => caps.every((cap) => cap !== null));
  const opening = hours === null ? undefined : nextOpening(hours, plan.zone, fromMs, holidays);
  const finishMs = expectedFinish({
    messages: plan.messages,
    fromMs,
    ratePerSecond,
    ...(hours === null ? {} : { openingAt: (at: number) => nextOpening(hours, plan.zone, at, holidays) }),
    ...(hasCaps ? { dayAt: dayLimits(numbers, nowMs) } : {}),
  });
  return {
    startsAt: new Date(Math.max(fromMs, opening?.fromMs ?? 0)),
    finishesAt: finishMs === undefined ? null : new Date(finishMs),
    isLimited: ratePerSecond !== null || hasCaps || hours !== null,
    leftToday: hasCaps
      ? numbers.reduce((sum, { caps, sent_today: sent }) => sum + Math.max(0, (caps[0] ?? 0) - sent), 0)
      : null,
  };
}

/** One that has no limit makes the sum have none. */
function sumOf(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (sum, value) => (sum === null || value === null ? null : sum + value),
    0,
  );
}

/** The caps of all numbers together, by the days of the first one's zone. */
function dayLimits(
  numbers: readonly NumberLimits[],
  nowMs: number,
): (atMs: number) => { left: number; endsMs: number; key: string } {
  const zone = numbers[0]?.zone ?? 'UTC';
  const dayOf = (ms: number): number => Math.floor(wallAt(zone, ms) / dayMs);
  const today = dayOf(nowMs);
  return (atMs) => {
    const day = dayOf(atMs);
    const ahead = Math.min(plannedDays - 1, day - today);
    const left = numbers.reduce(
      (sum, { caps, sent_today: sent }) => sum + Math.max(0, (caps[ahead] ?? 0) - (ahead === 0 ? sent : 0)),
      0,
    );
    return { left, endsMs: instantOf(zone, (day + 1) * dayMs), key: String(day) };
  };
}
