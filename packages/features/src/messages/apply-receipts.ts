import type { Receipt } from '@zaphub/providers';
import type { RunStatement } from './ledger.ts';

const maxRounds = 5;

/*
 * Invariants: receipts move a row forward only, whatever their order: failed < delivered < read. Only rows that
 * were ever marked can have one. They also heal `unknown` and take a waiting retry out of the queue. The
 * counters move by the rows that really moved: the update demands the state that was read, and rows that
 * somebody else moved in between are asked for again.
 */
const text = `
with receipt as materialized (
  select * from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::boolean[])
    as r (id, delivered_at, read_at, has_failed)
), seen as materialized (
  select m.id, m.state as old_state, r.delivered_at, r.read_at,
    case when m.state = 'read' or r.read_at is not null then 'read'
      when m.state = 'delivered' or r.delivered_at is not null then 'delivered'
      when r.has_failed and m.state not in ('dlq', 'skipped') then 'failed'
      else m.state::text end::message_state as new_state
  from receipt r join messages m on m.id = r.id
  where m.marked_at is not null and not (
    (m.state = 'read' or (m.state = 'delivered' and r.read_at is null) or (m.state = 'failed' and r.read_at is null and r.delivered_at is null))
    and (r.delivered_at is null or m.delivered_at is not null) and (r.read_at is null or m.read_at is not null))
), moved as (
  update messages m set state = s.new_state, queued = false, retry = false, decided_at = null,
    reason = case when s.new_state = 'failed' then coalesce(m.reason, 'receipt_failed') end,
    sent_at = coalesce(m.sent_at, m.marked_at),
    delivered_at = coalesce(m.delivered_at, s.delivered_at, s.read_at), read_at = coalesce(m.read_at, s.read_at)
  from seen s where m.id = s.id and m.state = s.old_state
  returning m.id, m.campaign_id, m.tenant_id, s.old_state, s.new_state
), delta as (
  select campaign_id,
    count(*) filter (where new_state = 'delivered') - count(*) filter (where old_state = 'delivered') as delivered,
    count(*) filter (where new_state = 'read') - count(*) filter (where old_state = 'read') as read,
    count(*) filter (where new_state = 'failed') - count(*) filter (where old_state = 'failed') as failed,
    count(*) filter (where old_state = 'sent') as sent, count(*) filter (where old_state = 'dlq') as dlq,
    count(*) filter (where old_state = 'skipped') as skipped, count(*) filter (where old_state = 'unknown') as unknown
  from moved where old_state <> new_state group by campaign_id
), counted as (
  update campaign_counters n set delivered = n.delivered + d.delivered, read = n.read + d.read,
    failed = n.failed + d.failed, sent = n.sent - d.sent, dlq = n.dlq - d.dlq, skipped = n.skipped - d.skipped,
    unknown = n.unknown - d.unknown, updated_at = clock_timestamp()
  from delta d where n.campaign_id = d.campaign_id
)
select array(select distinct campaign_id || ' ' || tenant_id from moved) as campaigns,
  array(select id from seen except select id from moved) as again`;

interface MergedReceipt {
  readonly id: string;
  deliveredAt: Date | null;
  readAt: Date | null;
  hasFailed: boolean;
}

/**
 * Applies receipts, in any order and however often they come. Answers the campaigns whose numbers changed, each
 * with its tenant. Receipts for unknown messages do nothing.
 */
export async function applyReceipts(
  run: RunStatement,
  receipts: readonly Receipt[],
): Promise<Map<string, string>> {
  const campaigns = new Map<string, string>();
  let left = mergeByMessage(receipts);
  for (let round = 0; left.length > 0 && round < maxRounds; round++) {
    const rows = await run<{ campaigns: string[]; again: string[] }>('apply_receipts', text, [
      left.map((one) => one.id),
      left.map((one) => one.deliveredAt),
      left.map((one) => one.readAt),
      left.map((one) => one.hasFailed),
    ]);
    for (const pair of rows[0]?.campaigns ?? []) {
      const [id = '', tenantId = ''] = pair.split(' ');
      campaigns.set(id, tenantId);
    }
    const again = new Set(rows[0]?.again);
    left = left.filter((one) => again.has(one.id));
  }
  return campaigns;
}

/** One line a message, sorted by id so that batches lock rows in one order. */
function mergeByMessage(receipts: readonly Receipt[]): MergedReceipt[] {
  const merged = new Map<string, MergedReceipt>();
  for (const { messageId, kind, at } of receipts) {
    const one = merged.get(messageId) ?? { id: messageId, deliveredAt: null, readAt: null, hasFailed: false };
    if (kind === 'delivered') one.deliveredAt = at;
    else if (kind === 'read') one.readAt = at;
    else one.hasFailed = true;
    merged.set(messageId, one);
  }
  return [...merged.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
