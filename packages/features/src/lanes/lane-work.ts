import type { UnknownPolicy } from '@zaphub/types';
import type { RunStatement } from '../messages/index.ts';

/** A running campaign of a lane, with what its sending needs. */
export interface LaneCampaign {
  readonly id: string;
  readonly tenantId: string;
  readonly body: string;
  readonly unknownPolicy: UnknownPolicy;
  readonly ratePerSecond: number | null;
  /** The hidden one that carries messages sent one by one: it comes before the others. */
  readonly isDirect: boolean;
}

const list = `
select id, tenant_id as "tenantId", body, unknown_policy as "unknownPolicy", rate_per_second::float8 as "ratePerSecond",
  kind = 'direct' as "isDirect"
from campaigns c where connection_id = $1 and status = 'running' and app.is_open(opens_at, closes_at)
order by exists (
  select from campaign_counters n left join campaign_heads h on h.campaign_id = n.campaign_id
  where n.campaign_id = c.id and coalesce(h.position, 0) < n.total
) or exists (
  select from messages m where m.connection_id = $1 and m.campaign_id = c.id and m.retry
) desc, kind = 'direct' desc, started_at, id limit 100`;

const nextDue = `
select min(case when coalesce(h.position, 0) < n.total then 0
  when m.due_at is not null then greatest(0, extract(epoch from m.due_at - clock_timestamp()) * 1000) end)::float8 as "waitMs"
from campaigns c join campaign_counters n on n.campaign_id = c.id left join campaign_heads h on h.campaign_id = c.id
left join lateral (
  select due_at from messages where connection_id = $1 and campaign_id = c.id and retry order by due_at, position limit 1
) m on true
where c.connection_id = $1 and c.status = 'running' and app.is_open(c.opens_at, c.closes_at)`;

/**
 * The running campaigns of a connection, oldest first, a hundred at most: those with something queued before those
 * that only wait, for a decision say.
 */
export function listLaneCampaigns(run: RunStatement, connectionId: string): Promise<LaneCampaign[]> {
  return run<LaneCampaign>('lane_campaigns', list, [connectionId]);
}

/** How long until the lane has something due; `undefined` when nothing is queued in it. */
export async function nextDueMs(run: RunStatement, connectionId: string): Promise<number | undefined> {
  const rows = await run<{ waitMs: number | null }>('lane_next_due', nextDue, [connectionId]);
  return rows[0]?.waitMs ?? undefined;
}
