import type { RunStatement } from './ledger.ts';

/** Where in the work index the last claim of a campaign ended; claims go on from there. */
export interface ClaimCursor {
  /** As the database writes it: JavaScript's dates lose its microseconds. */
  readonly dueAt: string;
  readonly position: number;
}

export interface ClaimInput {
  readonly connectionId: string;
  readonly campaignId: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly limit: number;
  /** Does the text need the contact's attributes? They are not read when it does not. */
  readonly needsAttributes: boolean;
  readonly after: ClaimCursor | undefined;
}

/** One row of a claim that may be sent. */
export interface ClaimedMessage {
  readonly id: string;
  readonly contactId: string;
  readonly recipient: string;
  readonly position: number;
  readonly attempts: number;
  readonly requests: number;
  readonly lostOutcomes: number;
  readonly name: string | null;
  readonly attributes: Record<string, string> | null;
}

/** A batch taken by a lane; `fence` is demanded by every later change of its rows. */
export interface Claim {
  readonly fence: number;
  /** In the order of sending. Rows that were skipped at the claim are not here. */
  readonly messages: readonly ClaimedMessage[];
  /** How many rows left the queue, with those that were skipped. */
  readonly taken: number;
  readonly cursor: ClaimCursor;
}

/*
 * Invariants: only queued, due rows of a running campaign are taken, each by one claim (skip locked); the lease is
 * database time; opt-out, deletion and a missing number are judged in this statement. A row that may have left
 * already (lost_outcomes > 0) is never called `skipped`: it is `unknown`, decided. The status is read without a
 * lock: `mark` is the gate that a pause or a cancel cannot overtake.
 *
 * The lower bound keeps claims from walking over the index entries of all earlier claims, which stay until vacuum.
 */
const text = `
with campaign as materialized (
  select id, tenant_id from campaigns where id = $1 and connection_id = $2 and status = 'running'
), picked as materialized (
  select m.id, m.contact_id, m.due_at, m.position from messages m, campaign
  where m.connection_id = $2 and m.campaign_id = $1 and m.queued and m.due_at <= statement_timestamp()
    and (m.due_at, m.position) > ($6::timestamptz, $7::bigint)
  order by m.due_at, m.position limit $3 for update of m skip locked
), claim as (
  insert into claims (tenant_id, connection_id, campaign_id, owner, lease_until, message_ids)
  select campaign.tenant_id, $2, $1, $4, clock_timestamp() + $5::float8 * interval '1 millisecond', p.ids
  from campaign, (select array_agg(id) as ids from picked) p where p.ids is not null
  returning id
), judged as (
  select p.id, p.due_at, c.name, case when $8 then c.attributes end as attributes,
    case when c.id is null then 'contact_deleted' when c.opted_out_at is not null then 'opted_out' end as reason
  from picked p left join contacts c on c.id = p.contact_id
), taken as (
  update messages m set queued = false, fence = claim.id,
    reason = coalesce(j.reason, case when m.recipient is null then 'no_phone' end),
    state = case
      when j.reason is null and m.recipient is not null then 'claimed'
      when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state,
    decided_at = case when j.reason is not null and m.lost_outcomes > 0 then clock_timestamp() end
  from judged j, claim where m.id = j.id
  returning m.id, m.contact_id, m.recipient, m.position, m.attempts, m.requests, m.lost_outcomes, m.state, m.fence,
    j.name, j.attributes, j.due_at
), counted as (
  update campaign_counters n set skipped = skipped + t.skipped, unknown = unknown + t.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from taken) t
  where n.campaign_id = $1 and t.skipped + t.unknown > 0
)
select id, contact_id as "contactId", recipient, position, attempts, requests, lost_outcomes as "lostOutcomes",
  state, fence, name, attributes, due_at::text as "dueAt"
from taken order by due_at, position`;

type ClaimRow = ClaimedMessage & { readonly state: string; readonly fence: number; readonly dueAt: string };

/** Takes up to `limit` due messages of a campaign; `undefined` when none can be taken. */
export async function claimBatch(run: RunStatement, input: ClaimInput): Promise<Claim | undefined> {
  const rows = await run<ClaimRow>('claim_batch', text, [
    input.campaignId,
    input.connectionId,
    input.limit,
    input.owner,
    input.leaseMs,
    input.after?.dueAt ?? '-infinity',
    input.after?.position ?? -1,
    input.needsAttributes,
  ]);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return {
    fence: first.fence,
    messages: rows.filter((row) => row.state === 'claimed'),
    taken: rows.length,
    cursor: { dueAt: last.dueAt, position: last.position },
  };
}
