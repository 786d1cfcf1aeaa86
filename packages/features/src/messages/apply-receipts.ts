import type { NetworkError, Receipt } from '@zaphub/providers';
import { failureClassOf } from './failure-class.ts';
import type { RunStatement } from './ledger.ts';
import { isAnythingWanted, isWantedEach } from './wanted-facts.ts';

const maxRounds = 5;

/**
 * Whether the network's id is that of a request before a redrive, which leaves `attempts` behind `requests`. `offset 0`:
 * looked up row by row, in the key; the planner would otherwise read the whole table into a hash.
 */
const isEarlier = (id: string): string => `(m.requests > m.attempts and exists (select from message_attempts a
      where a.message_id = m.id and a.outcome = 'redriven' and a.provider_message_id = ${id} offset 0))`;

/*
 * Invariants: receipts move a row forward only, whatever their order and however often they come: sent < dlq <
 * delivered < read. Only rows that were ever marked can have one. They also heal `unknown` and take a waiting retry
 * out of the queue. A failure is about an earlier request, is kept and changes nothing, when it names another of the
 * network's messages than the row does, or one that was sent again since, or when the row waits for its first request;
 * that the network took such a message changes nothing either. The counters move by the rows that really moved: the
 * update demands the state that was read, and rows that somebody else moved in between are asked for again. What a
 * plain success would not have left behind has a line in message_attempts, once for each of the network's messages.
 */
const text = `
with receipt as materialized (
  select * from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::boolean[], $6::text[],
      $7::text[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[])
    as r (id, sent_at, delivered_at, read_at, has_failed, provider_message_id, failed_id, code, class, provider_code,
      detail, trace_id)
), seen as materialized (
  select m.id, m.tenant_id, m.campaign_id, m.fence, m.state as old_state, n.new_state, n.is_known,
    r.delivered_at, r.read_at, r.has_failed, r.failed_id, r.provider_message_id, r.class,
    case when n.new_state in ('dlq', 'failed') and f.fails then r.code end as reason, r.code, r.provider_code, r.detail, r.trace_id,
    n.new_state <> m.state or (n.is_known and m.sent_at is null)
      or (m.delivered_at is null and (r.delivered_at is not null or r.read_at is not null))
      or (m.read_at is null and r.read_at is not null)
      or (n.is_known and m.provider_message_id is null and r.provider_message_id is not null) as changes
  from receipt r join messages m on m.id = r.id
  cross join lateral (
    select r.has_failed and (r.failed_id is null or m.provider_message_id is null or r.failed_id = m.provider_message_id)
        and (m.attempts > 0 or m.state not in ('pending', 'claimed')) and not ${isEarlier('r.failed_id')} as fails,
      r.sent_at is not null and not ${isEarlier('r.provider_message_id')} as is_sent offset 0
  ) f
  cross join lateral (
    select f.fails or f.is_sent or r.delivered_at is not null or r.read_at is not null as is_known,
      case when m.state = 'read' or r.read_at is not null then 'read'
        when m.state = 'delivered' or r.delivered_at is not null then 'delivered'
        when f.fails then case when m.state = 'failed' then 'failed' else 'dlq' end
        when f.is_sent and (m.state in ('claimed', 'sending', 'pending', 'unknown', 'skipped')
          or (m.state in ('dlq', 'failed') and m.sent_at is null)) then 'sent'
        else m.state::text end::message_state as new_state offset 0
  ) n
  where m.marked_at is not null
), moved as (
  update messages m set state = s.new_state,
    queued = m.queued and s.new_state = s.old_state, retry = m.retry and s.new_state = s.old_state,
    decided_at = case when s.new_state = s.old_state then m.decided_at end,
    reason = case when s.new_state = s.old_state then coalesce(s.reason, m.reason)
      when s.new_state = 'dlq' then coalesce(s.reason, 'receipt_failed') end,
    sent_at = case when s.is_known then coalesce(m.sent_at, m.marked_at) else m.sent_at end,
    delivered_at = coalesce(m.delivered_at, s.delivered_at, s.read_at), read_at = coalesce(m.read_at, s.read_at),
    provider_message_id = coalesce(m.provider_message_id, case when s.is_known then s.provider_message_id end)
  from seen s where s.changes and m.id = s.id and m.state = s.old_state
  returning m.id, m.campaign_id, m.tenant_id, m.connection_id, m.reason, s.old_state, s.new_state
), delta as (
  select campaign_id,
    count(*) filter (where new_state = 'delivered') - count(*) filter (where old_state = 'delivered') as delivered,
    count(*) filter (where new_state = 'read') - count(*) filter (where old_state = 'read') as read,
    count(*) filter (where new_state = 'dlq') - count(*) filter (where old_state = 'dlq') as dlq,
    count(*) filter (where new_state = 'sent') - count(*) filter (where old_state = 'sent') as sent,
    count(*) filter (where old_state = 'failed') as failed, count(*) filter (where old_state = 'skipped') as skipped,
    count(*) filter (where old_state = 'unknown') as unknown
  from moved where old_state <> new_state group by campaign_id
), counted as (
  update campaign_counters n set delivered = n.delivered + d.delivered, read = n.read + d.read,
    failed = n.failed - d.failed, sent = n.sent + d.sent, dlq = n.dlq + d.dlq, skipped = n.skipped - d.skipped,
    unknown = n.unknown - d.unknown, updated_at = clock_timestamp()
  from delta d where n.campaign_id = d.campaign_id
), told as (
  insert into webhook_facts (tenant_id, type, connection_id, campaign_id, subject_ids)
  select n.tenant_id, n.type, n.connection_id, n.campaign_id, n.ids from (
    select tenant_id, connection_id, campaign_id, array_agg(id) as ids,
      'message.' || case when new_state in ('dlq', 'failed') then 'failed' else new_state::text end as type
    from moved where old_state <> new_state and ${isAnythingWanted}
    group by tenant_id, connection_id, campaign_id, new_state
  ) n where ${isWantedEach('n.tenant_id', 'n.type')}
), unwell as (
  insert into number_counts as n (tenant_id, connection_id, slot, failed, blocked)
  select tenant_id, connection_id, date_bin('10 minutes', clock_timestamp(), '2000-01-01'), count(*),
    count(*) filter (where reason in ('blocked', 'recipient_blocked', 'marketing_opted_out', 'quality_limit'))
  from moved where new_state = 'dlq' and old_state <> 'dlq' group by 1, 2, 3 order by 2
  on conflict (tenant_id, connection_id, slot) do update
    set failed = n.failed + excluded.failed, blocked = n.blocked + excluded.blocked
), kept as (
  insert into message_attempts (tenant_id, message_id, campaign_id, fence, outcome, code, class, provider_code, detail, trace_id,
    provider_message_id)
  select s.tenant_id, s.id, s.campaign_id, s.fence, 'receipt_' || m.new_state, null, null, null, 'the row was ' || m.old_state, null,
    null
  from moved m join seen s on s.id = m.id
  where m.new_state <> 'dlq' and m.new_state <> m.old_state and m.old_state in ('unknown', 'dlq', 'failed', 'skipped')
  union all
  select s.tenant_id, s.id, s.campaign_id, s.fence, 'receipt_failed', coalesce(s.code, 'receipt_failed'), s.class,
    s.provider_code, coalesce(s.detail, 'the row was ' || s.old_state), s.trace_id, s.failed_id
  from seen s where s.has_failed and (not s.changes or exists (select from moved m where m.id = s.id))
    and not exists (select from message_attempts a
      where a.message_id = s.id and a.outcome = 'receipt_failed' and a.fence is not distinct from s.fence
        and a.provider_message_id is not distinct from s.failed_id)
)
select array(select distinct campaign_id || ' ' || tenant_id from moved) as campaigns,
  array(select id from seen where changes except select id from moved) as again`;

/** A receipt with what the network said of a failure. */
export interface LedgerReceipt extends Receipt {
  readonly error?: NetworkError;
}

interface MergedReceipt {
  readonly id: string;
  sentAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  providerMessageId: string | null;
  failure: LedgerReceipt | undefined;
}

/**
 * Applies receipts, in any order and however often they come. Answers the campaigns whose numbers changed, each
 * with its tenant. Receipts for unknown messages do nothing. Inside a tenant's transaction only its own rows move:
 * the way for receipts that somebody else says are about them.
 */
export async function applyReceipts(
  run: RunStatement,
  receipts: readonly LedgerReceipt[],
): Promise<Map<string, string>> {
  const campaigns = new Map<string, string>();
  let left = mergeByMessage(receipts);
  for (let round = 0; left.length > 0 && round < maxRounds; round++) {
    const rows = await run<{ campaigns: string[]; again: string[] }>('apply_receipts', text, [
      left.map((one) => one.id),
      left.map((one) => one.sentAt),
      left.map((one) => one.deliveredAt),
      left.map((one) => one.readAt),
      left.map((one) => one.failure !== undefined),
      left.map((one) => one.providerMessageId ?? one.failure?.providerMessageId ?? null),
      left.map((one) => one.failure?.providerMessageId ?? null),
      left.map((one) => one.failure?.code ?? null),
      left.map((one) => failureClassOf(one.failure?.code)),
      left.map((one) => one.failure?.error?.code ?? null),
      left.map((one) => one.failure?.error?.details ?? null),
      left.map((one) => one.failure?.error?.traceId ?? null),
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
function mergeByMessage(receipts: readonly LedgerReceipt[]): MergedReceipt[] {
  const merged = new Map<string, MergedReceipt>();
  for (const receipt of receipts) {
    const one = merged.get(receipt.messageId) ?? nothingYet(receipt.messageId);
    merged.set(receipt.messageId, one);
    switch (receipt.kind) {
      case 'sent':
        one.sentAt = receipt.at;
        break;
      case 'delivered':
        one.deliveredAt = receipt.at;
        break;
      case 'read':
        one.readAt = receipt.at;
        break;
      case 'failed':
        one.failure ??= receipt;
        break;
      default:
        receipt.kind satisfies never;
    }
    if (receipt.kind !== 'failed') one.providerMessageId ??= receipt.providerMessageId ?? null;
  }
  return [...merged.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function nothingYet(id: string): MergedReceipt {
  return { id, sentAt: null, deliveredAt: null, readAt: null, providerMessageId: null, failure: undefined };
}
