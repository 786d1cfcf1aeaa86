import { noteColumns } from './failure-class.ts';
import type { RunStatement } from './ledger.ts';
import { recordLate } from './record-late.ts';
import { isWanted, isWantedEach } from './wanted-facts.ts';
import type { Transition } from './transition.ts';

/** The claim whose rows are recorded. */
export interface ClaimRef {
  readonly tenantId: string;
  readonly campaignId: string;
  readonly fence: number;
}

/*
 * Invariants: `sending → …` only under the row's own fence; the counters move in the same statement by the rows
 * that really moved; what is not a plain success leaves a line in message_attempts. A row that no longer matches
 * (its lease ended, a receipt was quicker) comes back to the caller and is recorded as late evidence.
 */
const allSent = `
with recorded as (
  update messages m set state = 'sent', sent_at = clock_timestamp(), provider_message_id = o.provider_message_id
  from unnest($3::uuid[], $4::text[]) as o (id, provider_message_id)
  where m.id = o.id and m.fence = $2 and m.state = 'sending'
  returning m.id, m.connection_id
), counted as (
  update campaign_counters n set sent = n.sent + r.n, updated_at = clock_timestamp()
  from (select count(*) as n from recorded) r where n.campaign_id = $1 and r.n > 0
), told as (
  insert into webhook_facts (tenant_id, type, connection_id, campaign_id, subject_ids)
  select $5, 'message.sent', connection_id, $1, array_agg(id) from recorded
  where ${isWanted('$5', 'message.sent')} group by connection_id
)
select case when (select count(*) from recorded) = cardinality($3) then '{}'
  else array(select unnest($3::uuid[]) except select id from recorded) end as late`;

const mixed = `
with outcome as materialized (
  select * from unnest($4::uuid[], $5::message_state[], $6::text[], $7::text[], $8::text[], $9::float8[],
      $10::boolean[], $11::boolean[], $12::boolean[], $13::text[], $14::text[], $15::bigint[], $16::int[], $17::text[], $18::text[])
    as o (id, state, outcome, provider_message_id, reason, delay_ms, gives_back, loses, is_decided,
      class, effect, provider_code, http_status, detail, trace_id)
), recorded as (
  update messages m set state = o.state, queued = o.state = 'pending', retry = o.state = 'pending', reason = o.reason,
    provider_message_id = coalesce(o.provider_message_id, m.provider_message_id),
    sent_at = case when o.state = 'sent' then clock_timestamp() else m.sent_at end,
    due_at = case when o.state = 'pending' then greatest(m.due_at, clock_timestamp() + o.delay_ms * interval '1 millisecond')
      else m.due_at end,
    attempts = m.attempts - o.gives_back::int, lost_outcomes = m.lost_outcomes + o.loses::int,
    decided_at = case when o.is_decided then clock_timestamp() end
  from outcome o where m.id = o.id and m.fence = $3 and m.state = 'sending'
  returning m.id, m.state, m.connection_id, o.outcome, o.reason, o.class, o.effect, o.provider_code, o.http_status, o.detail, o.trace_id
), counted as (
  update campaign_counters n set sent = n.sent + r.sent, dlq = n.dlq + r.dlq,
    unknown = n.unknown + r.unknown, updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'sent') as sent, count(*) filter (where state = 'dlq') as dlq,
      count(*) filter (where state = 'unknown') as unknown
    from recorded) r
  where n.campaign_id = $2
), told as (
  insert into webhook_facts (tenant_id, type, connection_id, campaign_id, subject_ids)
  select $1, t.type, r.connection_id, $2, array_agg(r.id) from recorded r
  join (values ('sent'::message_state, 'message.sent'), ('dlq', 'message.failed')) as t (state, type) on t.state = r.state
  where ${isWanted('$1', 'message.sent', 'message.failed')} and ${isWantedEach('$1', 't.type')}
  group by t.type, r.connection_id
), kept as (
  insert into message_attempts (tenant_id, message_id, campaign_id, fence, outcome, code,
    class, effect, provider_code, http_status, detail, trace_id)
  select $1, id, $2, $3, outcome, reason, class, effect, provider_code, http_status, detail, trace_id
  from recorded where outcome <> 'sent'
)
select array(select id from outcome except select id from recorded) as late`;

/**
 * Writes down what became of rows that were marked. Rows that somebody else has moved meanwhile become late
 * evidence; their number is answered.
 */
export async function recordOutcomes(
  run: RunStatement,
  claim: ClaimRef,
  transitions: readonly Transition[],
): Promise<number> {
  if (transitions.length === 0) return 0;
  const rows = transitions.every((one) => one.state === 'sent')
    ? await run<{ late: string[] }>('record_sent', allSent, [
        claim.campaignId,
        claim.fence,
        transitions.map((one) => one.id),
        transitions.map((one) => one.providerMessageId),
        claim.tenantId,
      ])
    : await run<{ late: string[] }>('record_mixed', mixed, [
        claim.tenantId,
        claim.campaignId,
        claim.fence,
        transitions.map((one) => one.id),
        transitions.map((one) => one.state),
        transitions.map((one) => one.outcome),
        transitions.map((one) => one.providerMessageId),
        transitions.map((one) => one.reason),
        transitions.map((one) => one.delayMs),
        transitions.map((one) => one.givesAttemptBack),
        transitions.map((one) => one.losesOutcome),
        transitions.map((one) => one.isDecided),
        ...noteColumns(transitions.map((one) => one.notes)),
      ]);
  const late = new Set(rows[0]?.late);
  if (late.size > 0) {
    await recordLate(
      run,
      claim,
      transitions.filter((one) => late.has(one.id)),
    );
  }
  return late.size;
}
