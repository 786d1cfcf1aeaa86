import type { TenantScope, Tx } from '@zaphub/db';
import { instantOf, type SendingHours, wallAt } from '@zaphub/types';
import { sentOnDay } from '../pacing/index.ts';
import { expectedFinish, listHolidays, nextOpening } from '../schedules/index.ts';
import { poolPace } from '../sender-pools/index.ts';

/** Days of a number's plan that are looked ahead; the last one stands for those after it. */
const plannedDays = 60;
const dayMs = 86_400_000;

interface NumberLimits {
  /** Its share among the numbers of a pool. */
  weight: number;
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
    `select coalesce(p.weight, 1) as weight, app.connection_rate(s.provider, s.rate_per_second, coalesce(h.pace_share01, 1)) as rate,
       z.zone, ${sentOnDay('z.today')} as sent_today,
       array(select app.day_cap(s.daily_cap, s.warm_up, s.warm_up_from, z.today + d)
         from generate_series(0, $4::int - 1) d order by d) as caps
     from connections s join tenants t on t.id = s.tenant_id
       left join number_health h on h.connection_id = s.id
       left join sender_pool_members p on p.tenant_id = $1 and p.pool_id = $3 and p.connection_id = s.id
       cross join lateral (
         select coalesce(s.timezone, t.timezone) as zone,
           (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date as today) z
     where s.tenant_id = $1 and ($3::uuid is null and s.id = $2 or p.connection_id is not null)`,
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

/** Some of the recipients: those of one zone, or everybody. */
export interface RecipientShare {
  readonly zone: string;
  readonly share01: number;
  /** From when on they may get it. */
  readonly fromMs: number;
}

/** Works out when so many messages would have gone. */
export function expectTimes(
  limits: SendingLimits,
  plan: {
    readonly messages: number;
    readonly campaignRate: number | null;
    readonly hours: SendingHours | null;
    /** At least one. */
    readonly shares: readonly RecipientShare[];
    /** Each row waits in the line of one number, as on the recipients' clocks. */
    readonly hasOwnLines: boolean;
  },
): ExpectedTimes {
  const { numbers, tenantRate, holidays, nowMs } = limits;
  const { hours, messages, campaignRate } = plan;
  const together = [tenantRate, campaignRate].filter((rate) => rate !== null);
  const ratePerSecond = together.length === 0 ? null : Math.min(...together);
  const openingAt = (zone: string) => (at: number) =>
    hours === null ? undefined : nextOpening(hours, zone, at, holidays);
  const begins = plan.shares.map(({ zone, fromMs }) => openingAt(zone)(fromMs)?.fromMs ?? fromMs);
  const finishMs = expectedFinish({
    groups: plan.shares.map(({ zone, share01, fromMs }) => ({
      messages: messages * share01,
      fromMs,
      ...(hours === null ? {} : { openingAt: openingAt(zone) }),
    })),
    numbers: numbers.map((number) => ({
      ratePerSecond: number.rate,
      weight: number.weight,
      ...(number.caps.some((cap) => cap !== null) ? { dayAt: dayLimits(number, nowMs) } : {}),
    })),
    ratePerSecond,
    ratesOf: (able) => poolPace(able, plan.hasOwnLines ? 0 : messages),
  });
  const hasCaps = numbers.length > 0 && numbers.every(({ caps }) => caps.every((cap) => cap !== null));
  const startsMs = Math.min(...plan.shares.map(({ fromMs }, i) => Math.max(fromMs, begins[i] ?? 0)));
  return {
    startsAt: new Date(startsMs),
    finishesAt: finishMs === undefined ? null : new Date(finishMs),
    isLimited:
      ratePerSecond !== null ||
      numbers.every(({ rate }) => rate !== null) ||
      hasCaps ||
      hours !== null ||
      plan.shares.length > 1,
    leftToday: hasCaps
      ? numbers.reduce((sum, { caps, sent_today: sent }) => sum + Math.max(0, (caps[0] ?? 0) - sent), 0)
      : null,
  };
}

/** The caps of a number, by the days of its zone; a day without one may have any number. */
function dayLimits(
  { zone, caps, sent_today: sentToday }: NumberLimits,
  nowMs: number,
): (atMs: number) => { left: number; endsMs: number; key: string } {
  const dayOf = (ms: number): number => Math.floor(wallAt(zone, ms) / dayMs);
  const today = dayOf(nowMs);
  return (atMs) => {
    const day = dayOf(atMs);
    const ahead = Math.min(plannedDays - 1, day - today);
    const left = Math.max(0, (caps[ahead] ?? Infinity) - (ahead === 0 ? sentToday : 0));
    return { left, endsMs: instantOf(zone, (day + 1) * dayMs), key: String(day) };
  };
}
