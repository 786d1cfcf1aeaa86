import type { RunStatement } from './ledger.ts';

export interface ClaimInput {
  readonly connectionId: string;
  readonly campaignId: string;
  readonly owner: string;
  readonly leaseMs: number;
  readonly limit: number;
  /** Does the text need the contact's attributes? They are not read when it does not. */
  readonly needsAttributes: boolean;
  /** `fresh`: recipients that were never claimed, in their order. `retry`: rows that came back and are due. */
  readonly kind: 'fresh' | 'retry';
}

/** One row of a claim that may be sent. */
export interface ClaimedMessage {
  readonly id: string;
  readonly contactId: string;
  readonly recipient: string;
  readonly attempts: number;
  readonly requests: number;
  readonly lostOutcomes: number;
  /** Goes out although the contact has opted out: it tells them that this was heard. */
  readonly ignoresOptOut: boolean;
  readonly name: string | null;
  readonly attributes: Record<string, string> | null;
}

/** A batch taken by a lane; `fence` is demanded by every later change of its rows. */
export interface Claim {
  readonly fence: number;
  /** In the order of sending. Rows that were skipped at the claim are not here. */
  readonly messages: readonly ClaimedMessage[];
}

/*
 * Invariants: only pending rows of a running campaign are taken, each by one claim: fresh ones by moving the
 * campaign's head past them in the same statement, retries by `skip locked`. The lease is database time. Opt-out,
 * deletion and a missing number are judged here. A row that may have left already (lost_outcomes > 0) is never
 * called `skipped`: it is `unknown`, decided. The status is read without a lock: `mark` is the gate that a pause or
 * a cancel cannot overtake.
 */
const campaign = `
with campaign as materialized (
  select c.id, c.tenant_id, n.total from campaigns c join campaign_counters n on n.campaign_id = c.id
  where c.id = $1 and c.connection_id = $2 and c.status = 'running' and app.is_open(c.opens_at, c.closes_at)
)`;

const fresh = `${campaign}, head as (
  insert into campaign_heads as h (campaign_id, tenant_id, position)
  select id, tenant_id, least($3::bigint, total) from campaign where total > 0
  on conflict (campaign_id) do update set claimed_from = h.position,
    position = least(h.position + $3::bigint, (select total from campaign))
  where h.position < (select total from campaign)
  returning claimed_from, position
), picked as materialized (
  select m.id, m.contact_id, m.ignores_opt_out from head, messages m
  where m.campaign_id = $1 and m.position > head.claimed_from and m.position <= head.position
    and m.state = 'pending' and not m.retry
)`;

const retry = `${campaign}, head as (
  select count(*) as position from campaign
), picked as materialized (
  select m.id, m.contact_id, m.ignores_opt_out from campaign, messages m
  where m.connection_id = $2 and m.campaign_id = $1 and m.retry and m.due_at <= statement_timestamp()
    and (m.open_until is null or m.open_until > statement_timestamp())
  order by m.due_at, m.position limit $3 for update of m skip locked
)`;

const take = `, claim as (
  insert into claims (tenant_id, connection_id, campaign_id, owner, lease_until, message_ids)
  select campaign.tenant_id, $2, $1, $4, clock_timestamp() + $5::float8 * interval '1 millisecond', p.ids
  from campaign, (select array_agg(id) as ids from picked) p where p.ids is not null
  returning id
), judged as (
  select p.id, c.name, case when $6 then c.attributes end as attributes,
    case when c.id is null then 'contact_deleted' when c.opted_out_at is not null and not p.ignores_opt_out then 'opted_out' end as reason
  from picked p left join contacts c on c.tenant_id = (select tenant_id from campaign) and c.id = p.contact_id
), taken as (
  update messages m set queued = false, retry = false, fence = (select id from claim),
    reason = coalesce(j.reason, case when m.recipient is null then 'no_phone' end),
    state = case
      when j.reason is null and m.recipient is not null then 'claimed'
      when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state,
    decided_at = case when j.reason is not null and m.lost_outcomes > 0 then clock_timestamp() end
  from judged j where m.id = j.id and m.state = 'pending'
  returning m.id, m.contact_id, m.recipient, m.position, m.attempts, m.requests, m.lost_outcomes, m.state, m.fence,
    m.ignores_opt_out, j.name, j.attributes
), counted as (
  update campaign_counters n set skipped = n.skipped + t.skipped, unknown = n.unknown + t.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from taken) t
  where n.campaign_id = $1 and t.skipped + t.unknown > 0
)
select t.id, contact_id as "contactId", recipient, attempts, requests, lost_outcomes as "lostOutcomes", state, fence,
  ignores_opt_out as "ignoresOptOut", name, attributes
from head left join taken t on true order by t.position`;

interface ClaimRow extends ClaimedMessage {
  readonly state: string;
  readonly fence: number;
}

/**
 * Takes up to `limit` messages of a campaign; `undefined` when there is none of that kind. A claim may turn out to
 * be empty, when all of its rows were skipped. Its fence is 0 when there is no claim to end.
 */
export async function claimBatch(run: RunStatement, input: ClaimInput): Promise<Claim | undefined> {
  const isFresh = input.kind === 'fresh';
  // The left join gives a row of nulls for a claim that took nothing.
  const rows = await run<ClaimRow | { readonly id: null }>(
    isFresh ? 'claim_fresh' : 'claim_retry',
    (isFresh ? fresh : retry) + take,
    [input.campaignId, input.connectionId, input.limit, input.owner, input.leaseMs, input.needsAttributes],
  );
  const taken = rows.filter((row) => row.id !== null);
  const first = taken[0];
  if (first === undefined) return isFresh && rows.length > 0 ? { fence: 0, messages: [] } : undefined;
  return { fence: first.fence, messages: taken.filter((row) => row.state === 'claimed') };
}
