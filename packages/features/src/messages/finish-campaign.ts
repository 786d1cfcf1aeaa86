import type { RunStatement } from './ledger.ts';

/*
 * Invariants: a campaign completes once its audience is frozen, no row waits for a retry, no claim is out, no row is open by
 * the counters, and no unknown outcome waits for a decision. `unknown` undecided exists only under the policy
 * `ask`, so only there are rows looked at.
 */
const text = `
update campaigns c set status = 'completed', finished_at = clock_timestamp()
from campaign_counters n
where c.id = $1 and n.campaign_id = c.id and c.status = 'running' and c.frozen_at is not null
  and n.total = n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown
  and not exists (select from messages m where m.connection_id = c.connection_id and m.campaign_id = c.id and m.retry)
  and not exists (select from claims l where l.campaign_id = c.id)
  and (c.unknown_policy <> 'ask' or n.unknown = 0 or not exists (
    select from messages m where m.campaign_id = c.id and m.state = 'unknown' and m.decided_at is null))
returning c.id`;

/** Completes a campaign that has nothing left to do; answers whether it did. */
export async function finishCampaign(run: RunStatement, campaignId: string): Promise<boolean> {
  const rows = await run<{ id: string }>('finish_campaign', text, [campaignId]);
  return rows.length > 0;
}
