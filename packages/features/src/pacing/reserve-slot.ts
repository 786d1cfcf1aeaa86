import type { RunStatement } from '../messages/index.ts';

/** Why a lane has to wait. */
export type WaitCause = 'connection_rate' | 'campaign_rate' | 'tenant_rate' | 'daily_cap' | 'warm_up';

/** What a connection may do for a campaign now. */
export type Reservation =
  | {
      readonly kind: 'slot';
      /** How many may leave; at least 1. */
      readonly count: number;
      /** Milliseconds until the first of them; 0 or less for now. */
      readonly inMs: number;
      /** Milliseconds between two of them; 0 when nothing but a cap holds them. Less than the rate says to catch up. */
      readonly intervalMs: number;
      /** Milliseconds that never lie less between two of them, however late they are. */
      readonly leastGapMs: number;
      /** How far one may lie behind its even place, as a share of the interval. */
      readonly jitter01: number;
      /** Counted against the day's cap: what did not leave is given back. */
      readonly day: string | null;
    }
  | { readonly kind: 'wait'; readonly inMs: number; readonly cause: WaitCause }
  /** Nothing limits them at all. */
  | { readonly kind: 'free' };

/** Slots are given out so far ahead at most: a changed rate counts after that. */
export const horizonMs = 500;
/**
 * Whoever comes late for a slot, but not later than this, is given the next ones closer together until the schedule is
 * kept again: a minute after the longest delay holds 3 % more than the rate says. Whoever comes later had nothing to send.
 */
export const debtMs = 2_000;
/** How much closer: no two slots ever lie nearer to each other, so no delay becomes a burst. */
const catchUpShare01 = 0.1;

/*
 * Invariants: the slots of a connection, a campaign and a tenant with a rate never overlap, whoever asks and from
 * which process: their rows are locked, always in one order, in database time.
 * - The n-th slot of whatever sends without a break lies at its beginning + n / rate: `last_at + units / rate - late_ms`
 *   moves by exactly the slots given out, however late they were asked for, as long as `late_ms` stays within its bound.
 * - No slot begins sooner than (1 - catchUpShare01) / rate after the one before, by the rate of this moment.
 * A number never gets more slots in a day of its zone than its cap. All or nothing: a slot is taken from every limit or
 * from none. Late is only whoever the slowest limit has waited for: the others have waited for it.
 */
const reserve = `
with rule as materialized (
  select s.tenant_id, s.id as connection_id, c.id as campaign_id, coalesce(s.timezone, t.timezone) as zone,
    app.connection_rate(s.provider, s.rate_per_second, app.pace_share(h.pace_share01, l.slow_steps, l.slowed_at)) as connection_rate,
    c.rate_per_second::float8 as campaign_rate, t.rate_per_second::float8 as tenant_rate,
    s.daily_cap, s.warm_up, s.warm_up_from,
    coalesce(s.jitter01, case when s.provider in ('wuzapi', 'baileys') then 0.3 else 0 end)::float8 as jitter
  from connections s join tenants t on t.id = s.tenant_id left join number_health h on h.connection_id = s.id
    left join lanes l on l.connection_id = s.id, campaigns c
  where s.id = $1 and c.id = $2
), subject as materialized (
  select x.id, x.rate, x.cause from rule, lateral (values
    (connection_id, connection_rate, 'connection_rate'), (campaign_id, campaign_rate, 'campaign_rate'),
    (tenant_id, tenant_rate, 'tenant_rate')) x (id, rate, cause)
  where x.rate is not null
), today as materialized (
  select d.day, app.day_cap(daily_cap, warm_up, warm_up_from, d.day) as cap,
    case when daily_cap <= coalesce(app.day_cap(null, warm_up, warm_up_from, d.day), daily_cap) then 'daily_cap' else 'warm_up' end as cause,
    extract(epoch from ((d.day + 1)::timestamp at time zone zone) - clock_timestamp())::float8 * 1000 as ends_in_ms
  from rule, lateral (select (clock_timestamp() at time zone zone)::date as day
    where daily_cap is not null or warm_up_from is not null) d
  where app.day_cap(daily_cap, warm_up, warm_up_from, d.day) is not null
), held as materialized (
  select p.subject_id, p.last_at + make_interval(secs => p.units / x.rate) as next_at, p.late_ms, x.rate, x.cause
  from paces p join subject x on x.id = p.subject_id
  where p.tenant_id = (select tenant_id from rule) order by p.subject_id for update of p
), counted as materialized (
  select d.sent from connection_days d, today
  where d.tenant_id = (select tenant_id from rule) and d.connection_id = $1 and d.day = today.day
    and (select count(*) from held) >= 0
  for update of d
), slot as materialized (
  select greatest(now_at, due_at) as at, due_at,
    case when now_at > due_at then extract(epoch from now_at - due_at)::float8 * 1000 else 0 end as late_ms,
    case when exists (select from today) then greatest(0, least($3::int, (select cap from today) - (select sent from counted)))
      else $3::int end as granted,
    (select count(*) from held) < (select count(*) from subject)
      or (exists (select from today) and not exists (select from counted)) as is_unknown
  from (select clock_timestamp() as now_at, due_at from (select max(next_at) as due_at from held offset 0) h offset 0) now
), owing as materialized (
  select o.subject_id, o.rate, o.owed_ms, least(o.owed_ms, $6::float8 * 1000 * slot.granted / o.rate) as paid_ms
  from slot, lateral (
    select held.subject_id, held.rate, case when slot.late_ms <= $5::float8 and held.next_at > slot.due_at - interval '1 millisecond'
      then least($5::float8, held.late_ms + slot.late_ms) else 0 end as owed_ms
    from held offset 0
  ) o
), taken as (
  select at, granted from slot
  where not is_unknown and granted > 0 and at <= clock_timestamp() + $4::float8 * interval '1 millisecond'
), paced as (
  update paces p set last_at = taken.at - o.paid_ms * interval '1 millisecond', units = taken.granted, late_ms = o.owed_ms - o.paid_ms
  from owing o, taken
  where p.tenant_id = (select tenant_id from rule) and p.subject_id = o.subject_id
), counted_now as (
  update connection_days d set sent = d.sent + taken.granted, cap = greatest(d.cap, today.cap) from today, taken
  where d.tenant_id = (select tenant_id from rule) and d.connection_id = $1 and d.day = today.day
)
select exists (select from subject) or exists (select from today) as "isLimited", is_unknown as "isUnknown",
  exists (select from taken) as "isTaken", granted,
  extract(epoch from at - clock_timestamp())::float8 * 1000 as "inMs",
  coalesce((select 1000 / rate - paid_ms / greatest(1, granted) from owing order by rate limit 1), 0)::float8 as "intervalMs",
  coalesce((1 - $6::float8) * 1000 / (select min(rate) from subject), 0)::float8 as "leastGapMs",
  (select jitter from rule) as jitter01, (select day::text from today) as day,
  (select ends_in_ms from today) as "endsInMs",
  exists (select from today) and coalesce((select sent from counted) >= (select cap from today), false) as "isCapped",
  (select cause from today) as "capCause",
  (select cause from held order by next_at desc limit 1) as cause
from slot where exists (select from rule)`;

/** Rows that the first slot of a limit needs. */
const prepare = `
with rule as materialized (
  select s.tenant_id, s.id as connection_id, c.id as campaign_id,
    coalesce(s.timezone, t.timezone) as zone, (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date as day,
    app.day_cap(s.daily_cap, s.warm_up, s.warm_up_from, (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date) as cap
  from connections s join tenants t on t.id = s.tenant_id, campaigns c where s.id = $1 and c.id = $2
), paced as (
  insert into paces (tenant_id, subject_id, last_at)
  select tenant_id, x.id, clock_timestamp() - interval '1 day' from rule, lateral (values (connection_id), (campaign_id), (tenant_id)) x (id)
  order by x.id on conflict do nothing
)
insert into connection_days (tenant_id, connection_id, day, sent, cap)
select tenant_id, connection_id, day, (
    select least(cap, coalesce(sum(n.sent), 0)) from number_counts n
    where n.tenant_id = rule.tenant_id and n.connection_id = rule.connection_id and n.slot >= rule.day::timestamp at time zone rule.zone
  ), cap
from rule where cap is not null on conflict do nothing`;

const giveBack = `
update connection_days d set sent = greatest(0, d.sent - $3::int)
from connections s where s.id = $1 and d.tenant_id = s.tenant_id and d.connection_id = s.id and d.day = $2::date`;

interface ReserveRow {
  readonly isLimited: boolean;
  readonly isUnknown: boolean;
  readonly isTaken: boolean;
  readonly granted: number;
  readonly inMs: number;
  readonly intervalMs: number;
  readonly leastGapMs: number;
  readonly jitter01: number;
  readonly day: string | null;
  readonly endsInMs: number | null;
  readonly isCapped: boolean;
  readonly capCause: WaitCause | null;
  readonly cause: WaitCause | null;
}

/** What is reserved, and for whom. */
export interface SlotRequest {
  readonly connectionId: string;
  readonly campaignId: string;
  /** How many may leave together at most; 0 only asks how long the next one has to wait. */
  readonly count: number;
  /** The first of them must begin within so many milliseconds, `horizonMs` at most: nothing is taken that lies later. */
  readonly withinMs?: number;
}

/**
 * Reserves the next slots of a connection for a campaign, of every limit that holds for them: the rates of the
 * connection, the campaign and the tenant, the number's warm-up and its cap for the day.
 */
export async function reserveSlot(run: RunStatement, request: SlotRequest): Promise<Reservation> {
  const { connectionId, campaignId, count } = request;
  const withinMs = Math.min(horizonMs, request.withinMs ?? horizonMs);
  const ask = async (): Promise<ReserveRow | undefined> => {
    const values = [connectionId, campaignId, count, withinMs, debtMs, catchUpShare01];
    return (await run<ReserveRow>('reserve_slot', reserve, values))[0];
  };
  let row = await ask();
  if (row?.isUnknown === true) {
    await run('prepare_slots', prepare, [connectionId, campaignId]);
    row = await ask();
  }
  if (row === undefined || !row.isLimited) return { kind: 'free' };
  if (row.isCapped) return { kind: 'wait', inMs: row.endsInMs ?? 0, cause: row.capCause ?? 'daily_cap' };
  if (!row.isTaken) {
    return { kind: 'wait', inMs: Math.max(0, row.inMs), cause: row.cause ?? 'connection_rate' };
  }
  const { granted, inMs, intervalMs, leastGapMs, jitter01, day } = row;
  return { kind: 'slot', count: granted, inMs, intervalMs, leastGapMs, jitter01, day };
}

/** Gives back what was counted against a day's cap and certainly did not leave. */
export async function giveBackSends(
  run: RunStatement,
  connectionId: string,
  unused: { readonly day: string; readonly count: number },
): Promise<void> {
  if (unused.count > 0) await run('give_back_sends', giveBack, [connectionId, unused.day, unused.count]);
}
