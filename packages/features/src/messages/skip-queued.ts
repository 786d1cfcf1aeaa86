import type { RunStatement } from './ledger.ts';

/*
 * Invariants: only pending rows of a campaign that is `cancelled` are touched, fresh ones by moving the head past
 * them as a claim does; rows a lane holds are settled by its mark, by handing back, or when its lease ends. A row
 * with a lost outcome may have left: it is `unknown`.
 */
const text = `
with campaign as materialized (
  select c.id, c.tenant_id, c.connection_id, n.total from campaigns c join campaign_counters n on n.campaign_id = c.id
  where c.id = $1 and c.status = 'cancelled'
), head as (
  insert into campaign_heads as h (campaign_id, tenant_id, position)
  select id, tenant_id, least($2::bigint, total) from campaign where total > 0
  on conflict (campaign_id) do update set claimed_from = h.position,
    position = least(h.position + $2::bigint, (select total from campaign))
  where h.position < (select total from campaign)
  returning claimed_from, position
), fresh as materialized (
  select m.id from head, lateral (
    select m.id from messages m
    where m.campaign_id = $1 and m.position > head.claimed_from and m.position <= head.position
      and m.state = 'pending' and not m.retry offset 0
  ) m
), retries as materialized (
  select m.id from campaign, messages m
  where m.campaign_id = $1 and m.retry limit $2
  for update of m skip locked
), skipped as (
  update messages m set queued = false, retry = false, reason = 'cancelled',
    decided_at = case when m.lost_outcomes > 0 then clock_timestamp() end,
    state = case when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state
  from (select id from fresh union all select id from retries) p where m.id = p.id and m.state = 'pending'
  returning m.state
), counted as (
  update campaign_counters n set skipped = n.skipped + s.skipped, unknown = n.unknown + s.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from skipped) s
  where n.campaign_id = $1 and s.skipped + s.unknown > 0
)
select (select count(*) from skipped) as n, exists (select from head) as "hasMoved"`;

/**
 * Skips up to `limit` waiting recipients of a cancelled campaign (and as many that waited for a retry) with the
 * reason `cancelled`; answers how many. Call it until it answers 0; the reconciler does so for what is left.
 */
export async function skipQueued(run: RunStatement, campaignId: string, limit = 5_000): Promise<number> {
  for (;;) {
    const rows = await run<{ n: number; hasMoved: boolean }>('skip_queued', text, [campaignId, limit]);
    const row = rows[0];
    // Nothing among these numbers is no sign that nothing comes after them.
    if (row === undefined || row.n > 0 || !row.hasMoved) return row?.n ?? 0;
  }
}
