import type { RunStatement } from './ledger.ts';

/*
 * Invariants: a campaign completes once its audience is frozen, no row waits for a retry, no claim is out, no row is open by
 * the counters, and no unknown outcome waits for a decision. `unknown` undecided exists only under the policy
 * `ask`, so only there are rows looked at. Both rows are locked before they are judged: somebody may be putting
 * recipients back into the queue at this moment, and the counters say so once they have committed.
 */
const text = `
with campaign as materialized (
  select id, connection_id, unknown_policy from campaigns
  where id = $1 and status = 'running' and frozen_at is not null for no key update
), counters as materialized (
  select n.* from campaign_counters n, campaign where n.campaign_id = campaign.id for update of n
)
update campaigns c set status = 'completed', finished_at = clock_timestamp()
from campaign, counters n
where c.id = campaign.id
  and n.total = n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown
  and not exists (
    select from messages m where m.campaign_id = campaign.id and m.retry)
  and not exists (select from claims l where l.campaign_id = campaign.id)
  and (campaign.unknown_policy <> 'ask' or n.unknown = 0 or not exists (
    select from messages m where m.campaign_id = campaign.id and m.state = 'unknown' and m.decided_at is null))
returning c.id`;

/** Completes a campaign that has nothing left to do; answers whether it did. */
export async function finishCampaign(run: RunStatement, campaignId: string): Promise<boolean> {
  const rows = await run<{ id: string }>('finish_campaign', text, [campaignId]);
  return rows.length > 0;
}
