import { type RunStatement, withoutWaiting } from './ledger.ts';

/*
 * Invariants: only rows still `claimed` under this fence go back; those of a cancelled campaign do not come back
 * to life. The claim is deleted with its last `sending` row: as long as one is left, the reconciler can find it. A
 * row that was `claimed` when this statement began and did not go back was marked meanwhile: it counts as `sending`.
 */
const text = `
with claim as materialized (
  select id, campaign_id, message_ids from claims where id = $1 for update
), campaign as materialized (
  select c.id, c.status from campaigns c, claim where c.id = claim.campaign_id
), back as (
  update messages m set
    queued = campaign.status <> 'cancelled', retry = campaign.status <> 'cancelled',
    reason = case when campaign.status = 'cancelled' then 'cancelled' else m.reason end,
    decided_at = case when campaign.status = 'cancelled' and m.lost_outcomes > 0 then clock_timestamp() end,
    state = case when campaign.status <> 'cancelled' then 'pending'
      when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state
  from claim, campaign
  where m.id = any (claim.message_ids) and m.fence = $1 and m.state = 'claimed'
  returning m.id, m.state
), counted as (
  update campaign_counters n set skipped = n.skipped + b.skipped, unknown = n.unknown + b.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from back) b, claim
  where n.campaign_id = claim.campaign_id and b.skipped + b.unknown > 0
), ended as (
  delete from claims c using claim where c.id = claim.id and (select count(*) from back) = (
    select count(*) from messages m
    where m.id = any (claim.message_ids) and m.fence = $1 and m.state in ('claimed', 'sending'))
)
select count(*) as n from back`;

/** Ends a claim: what was not marked returns to the queue (or is skipped). Answers how many rows that were. */
export async function handBack(run: RunStatement, fence: number): Promise<number> {
  const rows = await run<{ n: number }>('hand_back', text, [fence]);
  return rows[0]?.n ?? 0;
}

/**
 * Ends a claim whose rows have all been marked and recorded, in a transaction of its own: it does not wait for the disk,
 * since a claim that comes back with a crash ends with its lease.
 */
export async function endClaim(run: RunStatement, fence: number): Promise<void> {
  await run('end_claim', `delete from claims where id = $1 and ${withoutWaiting}`, [fence]);
}
