import type { TenantScope, Tx } from '@zaphub/db';
import type { RedriveObstacle } from '@zaphub/types';
import { obstacleJoins, obstacleSql } from './obstacle.ts';

/** What became of a batch. */
export interface Requeued {
  readonly redriven: number;
  readonly left: Partial<Record<RedriveObstacle, number>>;
  /** Where there is work now. */
  readonly connectionIds: readonly string[];
  readonly campaignIds: readonly string[];
}

/*
 * Invariants: `failed | dlq → pending` only, queued and due now, judged and moved by the state that was read; the
 * counters move in the same statement by the rows that really moved; whoever opted out stays where they are. What was
 * handed to the network before stays counted (`requests`, `lost_outcomes`), and when (`marked_at`): an earlier request
 * that arrived after all still spares the new one. The network's id of it moves to message_attempts, where receipts find
 * it: its failure must not end the new request. A completed campaign runs once more. The caller has locked the
 * campaigns, so that no finish and no cancel comes in between.
 */
const text = `
with judged as materialized (
  select m.id, m.campaign_id, m.connection_id, m.state as old_state, m.provider_message_id as old_id, ${obstacleSql} as obstacle
  from messages m ${obstacleJoins}
  where m.tenant_id = $1 and m.id = any($2::uuid[])
), again as (
  update messages m set state = 'pending', queued = true, retry = true, due_at = clock_timestamp(), attempts = 0,
    reason = null, decided_at = null, sent_at = null, provider_message_id = null
  from judged j where m.id = j.id and j.obstacle is null and m.state = j.old_state
  returning m.id, m.tenant_id, m.campaign_id, m.connection_id, m.fence, j.old_state, j.old_id
), counted as (
  update campaign_counters n set failed = n.failed - a.failed, dlq = n.dlq - a.dlq, updated_at = clock_timestamp()
  from (select campaign_id, count(*) filter (where old_state = 'failed') as failed,
      count(*) filter (where old_state = 'dlq') as dlq from again group by campaign_id) a
  where n.campaign_id = a.campaign_id
), running as (
  update campaigns g set status = 'running', finished_at = null
  where g.tenant_id = $1 and g.status = 'completed' and g.id in (select campaign_id from again)
), gone as (
  delete from dead_letters d using again a where d.tenant_id = $1 and d.message_id = a.id
), kept as (
  insert into message_attempts (tenant_id, message_id, campaign_id, fence, outcome, detail, provider_message_id)
  select tenant_id, id, campaign_id, fence, 'redriven', 'the row was ' || old_state, old_id from again
)
select (select count(*) from again) as redriven,
  array(select distinct connection_id from again) as "connectionIds",
  array(select distinct campaign_id from again) as "campaignIds",
  coalesce((select jsonb_object_agg(obstacle, n) from (
    select coalesce(obstacle, 'not_failed') as obstacle, count(*) as n from judged
    where id not in (select id from again) group by 1) l), '{}') as left`;

/** Puts messages that came to nothing back into the queue, those that may be. */
export async function requeue(tx: Tx, scope: TenantScope, messageIds: readonly string[]): Promise<Requeued> {
  await tx.run(
    `select from campaigns where tenant_id = $1 and id in (
       select campaign_id from messages where tenant_id = $1 and id = any($2::uuid[])) order by id for no key update`,
    [scope.tenantId, messageIds],
  );
  // Every row is found by its key. A plan for so many ids at once would read whole tables instead, for each batch.
  await tx.run(
    `select set_config(name, 'off', true) from unnest(array['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin']) name`,
  );
  return tx.one<Requeued>(text, [scope.tenantId, messageIds]);
}
