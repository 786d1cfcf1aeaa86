import { type Database, systemScope } from '@zaphub/db';
import { publishCampaign } from '../campaigns/index.ts';
import type { ReconcileStep } from '../reconciler/index.ts';

/** A lane without a turn for so long, although it has work, has no worker. Seconds. */
const lostAfterS = 30;

/*
 * Why each running campaign stands still, the most telling cause first; null for those that go on. What is certain
 * (nobody has decided, closed, held, at its cap) counts at once, the absence of progress after half a minute.
 */
const causes = `
with running as materialized (
  select c.id, c.tenant_id, c.connection_id, c.pool_id, c.rate_per_second, c.opens_at, c.closes_at, n.unknown, n.total,
    n.total - n.sent - n.delivered - n.read - n.failed - n.dlq - n.skipped - n.unknown as open, coalesce(h.position, 0) as head,
    greatest(c.frozen_at, n.updated_at) < clock_timestamp() - make_interval(secs => ${lostAfterS}) as is_quiet
  from campaigns c join campaign_counters n on n.campaign_id = c.id left join campaign_heads h on h.campaign_id = c.id
  where c.status = 'running' and c.kind = 'campaign' and c.frozen_at is not null
), number as materialized (
  select r.id as campaign_id, s.status, s.hold_cause, s.hold_until, app.can_send(s.status, s.hold_cause, s.hold_until) as can_send,
    s.provider, s.rate_per_second, l.wait_cause, l.next_send_at, l.last_turn_at, r.pool_id is not null as is_pooled
  from running r join connections s on s.tenant_id = r.tenant_id and s.id = r.connection_id left join lanes l on l.connection_id = s.id
  where r.pool_id is null
  union all
  select r.id, s.status, s.hold_cause, s.hold_until, app.can_send(s.status, s.hold_cause, s.hold_until) and p.stopped_at is null,
    s.provider, s.rate_per_second, l.wait_cause, l.next_send_at, l.last_turn_at, true
  from running r join sender_pool_members p on p.tenant_id = r.tenant_id and p.pool_id = r.pool_id
    join connections s on s.tenant_id = p.tenant_id and s.id = p.connection_id left join lanes l on l.connection_id = s.id
), judged as materialized (
  select r.id, r.tenant_id, v.cause, v.detail, v.until
  from running r cross join lateral (
    select bool_or(n.can_send) as can_send, max(n.last_turn_at) as last_turn_at,
      min(n.hold_until) filter (where n.hold_cause is not null) as hold_until, min(n.hold_cause) as hold_cause,
      min(n.status) filter (where n.status not in ('connected', 'degraded')) as offline,
      -- All of its numbers wait, for this reason, until then.
      bool_and(n.wait_cause is not null and n.next_send_at > clock_timestamp() + interval '1 second') filter (where n.can_send) as waits,
      min(n.wait_cause) filter (where n.can_send) as wait_cause, min(n.next_send_at) filter (where n.can_send) as wait_until,
      min(n.wait_cause) as any_wait
    from number n where n.campaign_id = r.id
  ) s left join lateral (
    select min(due_at) as due_at from messages m where r.head >= r.total and m.campaign_id = r.id and m.retry
  ) d on true cross join lateral (
    select case
        when r.open = 0 and r.unknown > 0 then 'waiting_decision'
        when r.open = 0 then null
        when not app.is_open(r.opens_at, r.closes_at) then 'outside_hours'
        when r.pool_id is not null and s.can_send is not true then 'pool_exhausted'
        when s.can_send is not true and s.offline is not null then 'number_offline'
        when s.can_send is not true then 'number_held'
        when s.waits and s.wait_cause in ('daily_cap', 'warm_up', 'network_away', 'network_wait') then s.wait_cause
        when d.due_at > clock_timestamp() + interval '10 seconds' and r.is_quiet then 'waiting_retry'
        when r.is_quiet and (s.waits or r.rate_per_second < 1.0 / ${lostAfterS}) then 'slow_rate'
        when r.is_quiet and coalesce(s.last_turn_at, '-infinity') < clock_timestamp() - make_interval(secs => ${lostAfterS}) then 'no_worker'
      end as cause
  ) k cross join lateral (
    select k.cause, case k.cause when 'number_held' then s.hold_cause when 'number_offline' then s.offline
        when 'pool_exhausted' then coalesce(s.hold_cause, s.offline, s.any_wait) end as detail,
      case k.cause when 'outside_hours' then case when r.opens_at > clock_timestamp() then r.opens_at end
        when 'number_held' then s.hold_until when 'waiting_retry' then d.due_at
        when 'daily_cap' then s.wait_until when 'warm_up' then s.wait_until
        when 'network_away' then s.wait_until when 'network_wait' then s.wait_until end as until
  ) v
)
update campaigns c set stall_cause = j.cause, stall_detail = j.detail, stall_until = j.until,
  stall_since = case when j.cause is null then null when c.stall_cause is distinct from j.cause then clock_timestamp() else c.stall_since end
from judged j
where c.id = j.id and c.status = 'running' and (
  (c.stall_cause, c.stall_detail) is distinct from (j.cause, j.detail) or (c.stall_until is null) <> (j.until is null)
  or abs(extract(epoch from c.stall_until - j.until)) > 10)
returning c.id, c.tenant_id as "tenantId"`;

/** The reconciler's step that says of every running campaign without progress why, and tells whoever watches it. */
export function watchStalls(deps: { readonly db: Database }): ReconcileStep {
  return {
    name: 'watch-stalls',
    async run() {
      const changed = await deps.db.system((tx) => tx.rows<{ id: string; tenantId: string }>(causes));
      for (const { id, tenantId } of changed) {
        const scope = systemScope(tenantId);
        await deps.db.tenant(scope, (tx) => publishCampaign(scope, tx, id));
      }
      return changed.length;
    },
  };
}
