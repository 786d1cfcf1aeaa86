import type { UnknownPolicy } from '@zaphub/types';
import type { RunStatement } from '../messages/index.ts';

/** A running campaign of a lane, with what its sending needs. */
export interface LaneCampaign {
  readonly id: string;
  readonly tenantId: string;
  readonly body: string;
  /** The use of a template of the number's network, as it is stored; null for a text of our own. */
  readonly networkTemplate: unknown;
  readonly unknownPolicy: UnknownPolicy;
  /** The slowest of the rates that hold for it on this connection; `null` for none. */
  readonly ratePerSecond: number | null;
  /** A rate or a cap for the day holds: slots are to be reserved. */
  readonly isLimited: boolean;
  /** What the number may still send today; `null` for any number. */
  readonly dayLeft: number | null;
  /** A contact gets so many campaigns at most: judged at the claim and at the mark. */
  readonly hasFrequencyCap: boolean;
  /** Sent by the numbers of a pool, of which this connection is one. */
  readonly poolId: string | null;
  /** The hidden one that carries messages sent one by one: it comes before the others. */
  readonly isDirect: boolean;
}

/** The running campaigns that connection $1 sends for, alone or in a pool. */
const mine = `
select id from campaigns where connection_id = $1 and status = 'running' and pool_id is null and app.is_open(opens_at, closes_at)
union all
select c.id from sender_pool_members p join campaigns c on c.pool_id = p.pool_id and c.status = 'running' and app.is_open(c.opens_at, c.closes_at)
where p.connection_id = $1`;

const list = `
with lane as materialized (
  select s.tenant_id, app.connection_rate(s.provider, s.rate_per_second, app.pace_share(h.pace_share01, l.slow_steps, l.slowed_at)) as rate,
    t.rate_per_second::float8 as tenant_rate, t.frequency_cap is not null as has_frequency_cap,
    d.cap - coalesce((select n.sent from connection_days n
      where n.tenant_id = s.tenant_id and n.connection_id = s.id and n.day = d.day), 0) as day_left
  from connections s join tenants t on t.id = s.tenant_id left join number_health h on h.connection_id = s.id
    left join lanes l on l.connection_id = s.id
    left join lateral (
      select day, app.day_cap(s.daily_cap, s.warm_up, s.warm_up_from, day) as cap
      from (select (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date as day
        where s.daily_cap is not null or s.warm_up_from is not null) today
    ) d on true
  where s.id = $1 and app.can_send(s.status, s.hold_cause, s.hold_until)
), mine as materialized (${mine})
select c.id, c.tenant_id as "tenantId", c.body, c.network_template as "networkTemplate", c.unknown_policy as "unknownPolicy", c.kind = 'direct' as "isDirect",
  least(lane.rate, c.rate_per_second::float8, lane.tenant_rate) as "ratePerSecond",
  lane.rate is not null or c.rate_per_second is not null or lane.tenant_rate is not null or lane.day_left is not null as "isLimited",
  case when lane.day_left < 0 then 0 else lane.day_left end as "dayLeft", lane.has_frequency_cap and c.kind <> 'direct' as "hasFrequencyCap", c.pool_id as "poolId"
from lane, mine join campaigns c on c.id = mine.id
order by exists (
  select from campaign_counters n left join campaign_heads h on h.campaign_id = n.campaign_id
  where n.campaign_id = c.id and coalesce(h.position, 0) < n.total
) or exists (
  select from messages m where m.connection_id = $1 and m.campaign_id = c.id and m.retry
) desc, c.kind = 'direct' desc, c.started_at, c.id limit 100`;

const nextDue = `
with mine as materialized (${mine})
select min(case when coalesce(h.position, 0) < n.total then 0
  when m.due_at is not null then greatest(0, extract(epoch from m.due_at - clock_timestamp()) * 1000) end)::float8 as "waitMs"
from mine c join campaign_counters n on n.campaign_id = c.id left join campaign_heads h on h.campaign_id = c.id
left join lateral (
  select min(first.due_at) as due_at from (
    select $1::uuid as connection_id
    union all
    select t.connection_id from pool_turns t where t.campaign_id = c.id and t.connection_id <> $1 and t.connection_id not in (
      select p.connection_id from campaigns k join sender_pools o on o.tenant_id = k.tenant_id and o.id = k.pool_id
        join sender_pool_members p on p.tenant_id = o.tenant_id and p.pool_id = o.id
      where k.id = c.id and (p.stopped_at is null or p.stopped_at > clock_timestamp() - make_interval(secs => o.failover_after_s)))
  ) line, lateral (
    select due_at from messages where connection_id = line.connection_id and campaign_id = c.id and retry order by due_at, position limit 1
  ) first
) m on true`;

/**
 * The running campaigns of a connection, oldest first, a hundred at most: those with something queued before those
 * that only wait, for a decision say. None while the connection cannot send or is held.
 */
export function listLaneCampaigns(run: RunStatement, connectionId: string): Promise<LaneCampaign[]> {
  return run<LaneCampaign>('lane_campaigns', list, [connectionId]);
}

/** How long until the lane has something due; `undefined` when nothing is queued in it. */
export async function nextDueMs(run: RunStatement, connectionId: string): Promise<number | undefined> {
  const rows = await run<{ waitMs: number | null }>('lane_next_due', nextDue, [connectionId]);
  return rows[0]?.waitMs ?? undefined;
}
