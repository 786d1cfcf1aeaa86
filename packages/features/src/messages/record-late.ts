import { noteColumns } from './failure-class.ts';
import type { RunStatement } from './ledger.ts';
import type { ClaimRef } from './record-outcomes.ts';
import { isWanted } from './wanted-facts.ts';
import type { Transition } from './transition.ts';

/*
 * Evidence that came after somebody else had moved the row: a lease had ended, or a receipt was quicker.
 * Invariants: nothing that is decided by a later claim is overwritten; `unknown` and a waiting retry become `sent`
 * when the evidence says so (which also spares a second request); rows that receipts moved get the provider's
 * id. Everything is kept in message_attempts, except what only repeats what the row says. Safe to run twice.
 */
const text = `
with outcome as materialized (
  select * from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[],
      $11::int[], $12::text[], $13::text[])
    as o (id, outcome, provider_message_id, reason, class, effect, provider_code, http_status, detail, trace_id)
), seen as materialized (
  select m.id, m.state as old_state, m.provider_message_id as known_id, o.outcome, o.provider_message_id, o.reason,
    o.class, o.effect, o.provider_code, o.http_status, o.detail, o.trace_id
  from outcome o join messages m on m.id = o.id and m.campaign_id = $2 for update of m
), healed as (
  update messages m set state = 'sent', queued = false, retry = false, sent_at = coalesce(m.sent_at, clock_timestamp()),
    provider_message_id = s.provider_message_id, reason = null, decided_at = null
  from seen s where m.id = s.id and s.outcome = 'sent' and s.old_state in ('unknown', 'pending')
  returning m.id, m.connection_id, s.old_state
), told as (
  insert into webhook_facts (tenant_id, type, connection_id, campaign_id, subject_ids)
  select $1, 'message.sent', connection_id, $2, array_agg(id) from healed
  where ${isWanted('$1', 'message.sent')} group by connection_id
), filled as (
  update messages m set provider_message_id = s.provider_message_id, sent_at = coalesce(m.sent_at, m.marked_at)
  from seen s where m.id = s.id and s.outcome = 'sent' and s.old_state in ('sent', 'delivered', 'read') and s.known_id is null
), counted as (
  update campaign_counters n set sent = n.sent + h.sent, unknown = n.unknown - h.unknown, updated_at = clock_timestamp()
  from (select count(*) as sent, count(*) filter (where old_state = 'unknown') as unknown from healed) h
  where n.campaign_id = $2 and h.sent > 0
)
insert into message_attempts (tenant_id, message_id, campaign_id, fence, outcome, code, detail,
  class, effect, provider_code, http_status, trace_id)
select $1, s.id, $2, $3, s.outcome, s.reason, concat_ws('; ', 'late: the row was ' || s.old_state, s.detail),
  s.class, s.effect, s.provider_code, s.http_status, s.trace_id from seen s
where not (s.outcome = 'sent' and s.old_state in ('sent', 'delivered', 'read'))
  and not (s.outcome <> 'sent' and s.old_state::text = any (array['failed', 'dlq', 'pending', 'unknown'])
    and exists (select from message_attempts a where a.message_id = s.id and a.fence = $3))`;

/** Keeps evidence about rows that have moved on. */
export async function recordLate(
  run: RunStatement,
  claim: ClaimRef,
  transitions: readonly Transition[],
): Promise<void> {
  await run('record_late', text, [
    claim.tenantId,
    claim.campaignId,
    claim.fence,
    transitions.map((one) => one.id),
    transitions.map((one) => one.outcome),
    transitions.map((one) => one.providerMessageId),
    transitions.map((one) => one.reason),
    ...noteColumns(transitions.map((one) => one.notes)),
  ]);
}
