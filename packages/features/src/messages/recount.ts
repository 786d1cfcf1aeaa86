import type { Tx } from '@zaphub/db';

/*
 * Heals counters that differ from the rows. Invariant: the counters' row is locked first, and everybody who moves a
 * row moves the counters in the same transaction after it, so the count and the rows are of one moment.
 */
const text = `
update campaign_counters n set total = m.total, sent = m.sent, delivered = m.delivered, read = m.read,
  failed = m.failed, dlq = m.dlq, skipped = m.skipped, unknown = m.unknown, updated_at = clock_timestamp()
from (select count(*) as total, count(*) filter (where state = 'sent') as sent,
    count(*) filter (where state = 'delivered') as delivered, count(*) filter (where state = 'read') as read,
    count(*) filter (where state = 'failed') as failed, count(*) filter (where state = 'dlq') as dlq,
    count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
  from messages where campaign_id = $1) m
where n.campaign_id = $1 and (n.total, n.sent, n.delivered, n.read, n.failed, n.dlq, n.skipped, n.unknown)
  is distinct from (m.total, m.sent, m.delivered, m.read, m.failed, m.dlq, m.skipped, m.unknown)`;

/** Counts a campaign's rows again; answers whether the counters had drifted. */
export async function recount(tx: Tx, campaignId: string): Promise<boolean> {
  await tx.run('select from campaign_counters where campaign_id = $1 for update', [campaignId]);
  return (await tx.run(text, [campaignId])) > 0;
}
