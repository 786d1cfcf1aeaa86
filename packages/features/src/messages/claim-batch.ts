import { familyOf } from './family.ts';
import { type RunStatement, withoutWaiting } from './ledger.ts';

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
  /** Sent by a pool of numbers, of which the connection is one. */
  readonly isPooled?: boolean;
  /** Whoever has had as many campaigns as the tenant allows is left out, or waits. */
  readonly hasFrequencyCap?: boolean;
}

/** One row of a claim that may be sent. */
export interface ClaimedMessage {
  readonly id: string;
  readonly contactId: string;
  readonly recipient: string;
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

/** What a claim heeds besides; each combination is a statement of its own, and costs only what it needs. */
interface Rules {
  readonly isFresh: boolean;
  readonly isPooled: boolean;
  readonly hasFrequencyCap: boolean;
}

/*
 * Invariants: only pending rows of a running campaign are taken, each by one claim: fresh ones by moving the
 * campaign's head past them in the same statement, retries by `skip locked`. The lease is database time. Opt-out,
 * deletion and a missing number are judged here. A row that may have left already (lost_outcomes > 0) is never
 * called `skipped`: it is `unknown`, decided. The status is read without a lock: `mark` is the gate that a pause or
 * a cancel cannot overtake. It does not wait for the disk: marks do, and a mark that is on the disk has its claim before
 * it; a claim that a crash forgets never was.
 *
 * What is looked up for each row stands in a lateral of its own (`offset 0` keeps it there): the plan is kept for as long
 * as the connection lives, and one made while the tables were empty would read a whole campaign, or all of a tenant's
 * contacts, for each batch. A contact is the first from its id on: only the key's own index has that order.
 */
const ofOne = `
with campaign as materialized (
  select c.id, c.tenant_id, n.total from campaigns c join campaign_counters n on n.campaign_id = c.id
  where ${withoutWaiting} and c.id = $1 and c.connection_id = $2 and c.pool_id is null and c.status = 'running' and app.is_open(c.opens_at, c.closes_at)
)`;

/*
 * In a pool every number may claim from the head. A contact stays with the number that last wrote to them (`keeper`),
 * as long as it can send, and for the pool's patience after it has stopped: their row is put into that number's line.
 * What waits in the line of a number that no longer keeps its contacts is taken over by the others.
 */
const ofPool = `
with campaign as materialized (
  select c.id, c.tenant_id, n.total, c.pool_id, o.sticky, o.failover_after_s
  from campaigns c join campaign_counters n on n.campaign_id = c.id
    join sender_pools o on o.tenant_id = c.tenant_id and o.id = c.pool_id
  where ${withoutWaiting} and c.id = $1 and c.status = 'running' and app.is_open(c.opens_at, c.closes_at) and exists (
    select from sender_pool_members p where p.tenant_id = c.tenant_id and p.pool_id = c.pool_id and p.connection_id = $2)
), keeper as materialized (
  select p.connection_id as id from sender_pool_members p, campaign c
  where p.tenant_id = c.tenant_id and p.pool_id = c.pool_id
    and (p.stopped_at is null or p.stopped_at > clock_timestamp() - make_interval(secs => c.failover_after_s))
)`;

const fresh = `, head as (
  insert into campaign_heads as h (campaign_id, tenant_id, position)
  select id, tenant_id, least($3::bigint, total) from campaign where total > 0
  on conflict (campaign_id) do update set claimed_from = h.position,
    position = least(h.position + $3::bigint, (select total from campaign))
  where h.position < (select total from campaign)
  returning claimed_from, position
), picked as materialized (
  select m.id, m.contact_id, m.ignores_opt_out, m.requests from head, lateral (
    select m.id, m.contact_id, m.ignores_opt_out, m.requests from messages m
    where m.campaign_id = $1 and m.position > head.claimed_from and m.position <= head.position
      and m.state = 'pending' and not m.retry order by m.position
  ) m
)`;

const ownLine = 'select $2::uuid as id';
const anyLine = `
  select x.id from campaign, lateral (
    select $2::uuid as id, 0 as place
    union all
    select t.connection_id, 1 from pool_turns t
    where t.campaign_id = $1 and t.connection_id <> $2 and t.connection_id not in (select id from keeper)
  ) x
  where exists (select from messages m where m.campaign_id = $1 and m.connection_id = x.id and m.retry
    and m.due_at <= statement_timestamp())
  order by x.place limit 1`;

const retry = (isPooled: boolean): string => `, head as (
  select count(*) as position from campaign
), line as materialized (${isPooled ? anyLine : ownLine}
), picked as materialized (
  select m.id, m.contact_id, m.ignores_opt_out, m.requests from campaign, messages m
  where m.connection_id = ${isPooled ? '(select id from line)' : '$2'} and m.campaign_id = $1 and m.retry and m.due_at <= statement_timestamp()
    and (m.open_until is null or m.open_until > statement_timestamp())
  order by m.due_at, m.position limit $3 for update of m skip locked
)`;

const frequency = `, frequency as materialized (
  select t.frequency_cap as cap, t.frequency_days as days, t.frequency_policy = 'wait' as waits, t.timezone as zone,
    (clock_timestamp() at time zone t.timezone)::date as today
  from tenants t where t.id = (select tenant_id from campaign)
)`;

function take({ isPooled, hasFrequencyCap }: Rules): string {
  // Rows that stay queued: in another number's line, or until the contact may get a campaign again.
  const stays = [isPooled ? 'j.keeper is not null' : '', hasFrequencyCap ? 'j.waits_until is not null' : '']
    .filter(Boolean)
    .join(' or ');
  const isTaken = stays === '' ? 'true' : `not (j.reason is null and m.recipient is not null and (${stays}))`;
  return `${hasFrequencyCap ? frequency : ''}, claim as (
  insert into claims (tenant_id, connection_id, campaign_id, owner, lease_until, message_ids)
  select campaign.tenant_id, $2, $1, $4, clock_timestamp() + $5::float8 * interval '1 millisecond', p.ids
  from campaign, (select array_agg(id) as ids from picked) p where p.ids is not null
  returning id
), judged as (
  select p.id, c.name, case when $6 then c.attributes end as attributes,
    case when c.id is null then 'contact_deleted' when c.opted_out_at is not null and not p.ignores_opt_out then 'opted_out'
      ${hasFrequencyCap ? `when had.sent >= (select cap from frequency) and not (select waits from frequency) then 'frequency_cap'` : ''}
    end as reason
    ${isPooled ? ', s.connection_id as keeper' : ''}
    ${hasFrequencyCap ? ', case when had.sent >= (select cap from frequency) then had.until end as waits_until' : ''}
  from picked p left join lateral (
    select c.id, c.name, c.attributes, c.opted_out_at${hasFrequencyCap ? ', c.merged_into' : ''} from contacts c
    where c.tenant_id = (select tenant_id from campaign) and c.id >= p.contact_id order by c.id limit 1
  ) c on c.id = p.contact_id
  ${
    isPooled
      ? `left join lateral (
    select s.connection_id from contact_senders s where (select sticky from campaign) and s.tenant_id = (select tenant_id from campaign)
      and s.contact_id = p.contact_id and s.connection_id <> $2 and s.connection_id in (select id from keeper) offset 0
  ) s on true`
      : ''
  }
  ${
    hasFrequencyCap
      ? `left join lateral (
    select sum(n.sent) as sent, ((min(n.day) + f.days)::timestamp at time zone f.zone) as until
    from frequency f, contact_sends n
    where n.tenant_id = (select tenant_id from campaign) and n.day > f.today - f.days
      and n.contact_id = any(${familyOf('coalesce(c.merged_into, p.contact_id)', '(select tenant_id from campaign)')})
    group by f.days, f.zone
  ) had on p.requests = 0`
      : ''
  }
), taken as (
  update messages m set queued = not ${isTaken}, retry = not ${isTaken},
    fence = case when ${isTaken} then (select id from claim) else m.fence end,
    reason = coalesce(j.reason, case when m.recipient is null then 'no_phone' end),
    ${isPooled ? 'connection_id = coalesce(j.keeper, $2),' : ''}
    ${hasFrequencyCap ? 'due_at = greatest(m.due_at, j.waits_until),' : ''}
    state = case
      when not ${isTaken} then 'pending'
      when j.reason is null and m.recipient is not null then 'claimed'
      when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state,
    decided_at = case when j.reason is not null and m.lost_outcomes > 0 then clock_timestamp() end
  from judged j where m.id = j.id and m.state = 'pending'
  returning m.id, m.contact_id, m.recipient, m.position, m.requests, m.lost_outcomes, m.state,
    m.ignores_opt_out, j.name, j.attributes
), counted as (
  update campaign_counters n set skipped = n.skipped + t.skipped, unknown = n.unknown + t.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from taken) t
  where n.campaign_id = $1 and t.skipped + t.unknown > 0
)
select t.id, contact_id as "contactId", recipient, nullif(requests, 0) as requests, nullif(lost_outcomes, 0) as "lostOutcomes",
  nullif(state, 'claimed') as state, (select id from claim) as fence, nullif(ignores_opt_out, false) as "ignoresOptOut",
  name, attributes, t.position
from head left join taken t on true`;
}

/** The statement for some rules. */
function statementFor(rules: Rules): { name: string; text: string } {
  const { isFresh, isPooled, hasFrequencyCap } = rules;
  return {
    name: `claim_${isFresh ? 'fresh' : 'retry'}${isPooled ? '_pool' : ''}${hasFrequencyCap ? '_capped' : ''}`,
    text: (isPooled ? ofPool : ofOne) + (isFresh ? fresh : retry(isPooled)) + take(rules),
  };
}

/** A row as it comes: what is usual is null, which costs neither side anything. */
interface ClaimRow extends Omit<ClaimedMessage, 'requests' | 'lostOutcomes' | 'ignoresOptOut'> {
  readonly requests: number | null;
  readonly lostOutcomes: number | null;
  readonly ignoresOptOut: boolean | null;
  /** Null for `claimed`. */
  readonly state: string | null;
  readonly fence: number;
  readonly position: number;
}

/**
 * Takes up to `limit` messages of a campaign; `undefined` when there is none of that kind. A claim may turn out to
 * be empty, when all of its rows were skipped, or stay in the queue. Its fence is 0 when there is no claim to end.
 */
export async function claimBatch(run: RunStatement, input: ClaimInput): Promise<Claim | undefined> {
  const isFresh = input.kind === 'fresh';
  const { isPooled = false, hasFrequencyCap = false } = input;
  const { name, text } = statementFor({ isFresh, isPooled, hasFrequencyCap });
  // The left join gives a row of nulls for a claim that took nothing.
  const rows = await run<ClaimRow | { readonly id: null }>(name, text, [
    input.campaignId,
    input.connectionId,
    input.limit,
    input.owner,
    input.leaseMs,
    input.needsAttributes,
  ]);
  const taken = rows.filter((row) => row.id !== null);
  const first = taken[0];
  if (first === undefined) return isFresh && rows.length > 0 ? { fence: 0, messages: [] } : undefined;
  const claimed = taken.filter((row) => row.state === null);
  // In their order already, as a rule: nobody promises in which order an update answers.
  if (claimed.some((row, i) => row.position < (claimed[i - 1]?.position ?? 0))) {
    claimed.sort((a, b) => a.position - b.position);
  }
  return { fence: first.fence, messages: claimed.map(messageOf) };
}

function messageOf(row: ClaimRow): ClaimedMessage {
  return {
    id: row.id,
    contactId: row.contactId,
    recipient: row.recipient,
    requests: row.requests ?? 0,
    lostOutcomes: row.lostOutcomes ?? 0,
    ignoresOptOut: row.ignoresOptOut ?? false,
    name: row.name,
    attributes: row.attributes,
  };
}
