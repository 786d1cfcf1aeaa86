import type { RunStatement } from './ledger.ts';

/*
 * Invariants: only queued rows of a campaign that is `cancelled` are touched; rows a lane holds are settled by its
 * mark, by handing back, or when its lease ends. A row with a lost outcome may have left: it is `unknown`.
 */
const text = `
with campaign as materialized (
  select id, connection_id from campaigns where id = $1 and status = 'cancelled'
), picked as materialized (
  select m.id from messages m, campaign
  where m.connection_id = campaign.connection_id and m.campaign_id = campaign.id and m.queued
  limit $2 for update of m skip locked
), skipped as (
  update messages m set queued = false, reason = 'cancelled',
    decided_at = case when m.lost_outcomes > 0 then clock_timestamp() end,
    state = case when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state
  from picked p where m.id = p.id returning m.state
), counted as (
  update campaign_counters n set skipped = n.skipped + s.skipped, unknown = n.unknown + s.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from skipped) s
  where n.campaign_id = $1 and s.skipped + s.unknown > 0
)
select count(*) as n from skipped`;

/**
 * Skips up to `limit` waiting recipients of a cancelled campaign with the reason `cancelled`; answers how many.
 * Call it until it answers 0; the reconciler does so for what is left.
 */
export async function skipQueued(run: RunStatement, campaignId: string, limit = 5_000): Promise<number> {
  const rows = await run<{ n: number }>('skip_queued', text, [campaignId, limit]);
  return rows[0]?.n ?? 0;
}
