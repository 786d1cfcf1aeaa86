import type { CampaignStatus } from '@zaphub/types';
import { familyOf } from './family.ts';
import { type RunStatement, uuidArray } from './ledger.ts';
import type { ClaimedMessage } from './claim-batch.ts';

/** What a mark achieved. */
export interface Mark {
  /** Rows that may be sent now, and must be recorded. */
  readonly ids: ReadonlySet<string>;
  /** The campaign's status at that moment, `paused` outside its hours; nothing was marked unless it is `running`. */
  readonly status: CampaignStatus | undefined;
  /** False when the claim's lease has ended or the claim is gone: nothing was marked and nothing may be. */
  readonly isLeased: boolean;
  /** How many rows were marked or skipped; the others are still claimed: their hours are over. */
  readonly settled: number;
  /** False when the number is held or cannot send: nothing was marked. True only with a lease. */
  readonly canSend: boolean;
}

/** What a mark heeds besides. */
interface Rules {
  readonly isPooled: boolean;
  readonly hasFrequencyCap: boolean;
}

/*
 * Invariants: `claimed → sending` only under the row's own fence, while the lease runs by the database's clock, the
 * campaign is running, and its number can send and is not held. The lock on the campaign makes pauses and cancels wait
 * for this statement and this statement wait for them: after their commit nothing is marked. (Not `for share`: a
 * steady stream of share locks would keep a pause waiting.) Whoever opted out since the claim is skipped here.
 * Committed before the first byte leaves.
 */
const gate = `
with gate as materialized (
  select case when status = 'running' and not app.is_open(opens_at, closes_at) then 'paused' else status end as status, tenant_id
  from campaigns where id = $1 for no key update
), lease as materialized (
  select id, connection_id from claims where id = $2 and lease_until > clock_timestamp() for share
), sender as materialized (
  select s.id, app.can_send(s.status, s.hold_cause, s.hold_until) as can_send
  from connections s where s.id = (select connection_id from lease)
)`;

const mayLeave = `(select status from gate) = 'running' and (select can_send from sender) and m.id = want.id and m.fence = $2 and m.state = 'claimed'
    and (m.open_until is null or m.open_until > clock_timestamp())`;

/*
 * Counts each person once for each campaign message, before the first request of it, and never above the cap: under the
 * contact that is shown, together with what its parts have had. Two campaigns that mark the same person at once meet at
 * that contact's row of today, and of two rows of one person in one mark only one is counted. A row that is not counted
 * stays claimed and goes back, and the next claim judges it.
 */
const tenant = '(select tenant_id from gate)';
const allowed = `, frequency as materialized (
  select t.id, t.frequency_cap as cap, t.frequency_days as days, (clock_timestamp() at time zone t.timezone)::date as today
  from tenants t where t.id = ${tenant}
), person as materialized (
  select distinct on (root) want.id, coalesce(c.merged_into, want.contact_id) as root
  from unnest($3::uuid[], $4::uuid[]) as want (id, contact_id) join messages m on ${mayLeave} left join lateral (
    select c.id, c.merged_into from contacts c
    where c.tenant_id = ${tenant} and c.id >= want.contact_id order by c.id limit 1
  ) c on c.id = want.contact_id
  where want.contact_id is not null and m.requests = 0
  order by root, want.id
), allowed as (
  insert into contact_sends as n (tenant_id, contact_id, day)
  select f.id, p.root, f.today from frequency f, person p
  where f.cap is null or f.cap > coalesce((select sum(o.sent) from contact_sends o
    where o.tenant_id = f.id and o.contact_id = any(${familyOf('p.root', 'f.id')}) and o.day > f.today - f.days), 0)
  order by p.root
  on conflict (tenant_id, contact_id, day) do update set sent = n.sent + 1
  where (select cap is null from frequency) or (select cap from frequency) > n.sent + coalesce((
    select sum(o.sent) from contact_sends o, frequency f
    where o.tenant_id = n.tenant_id and o.contact_id = any(${familyOf('n.contact_id', 'n.tenant_id')})
      and o.day > f.today - f.days and (o.contact_id, o.day) <> (n.contact_id, n.day)), 0)
  returning n.contact_id
)`;

const remembered = `, remembered as (
  insert into contact_senders as k (tenant_id, contact_id, connection_id)
  select (select tenant_id from gate), contact_id, (select id from sender) from marked where state = 'sending' order by contact_id
  on conflict (tenant_id, contact_id) do update set connection_id = excluded.connection_id, at = clock_timestamp()
  where k.connection_id <> excluded.connection_id or k.at < clock_timestamp() - interval '1 hour'
)`;

/*
 * One look into the index of those who opted out, which are few. The tenant is compared in a way that no index knows: a
 * plan that was made on an empty database would otherwise read all of its contacts.
 */
const optedOut = `, opted_out as materialized (
  select array(select c.id from contacts c where c.id = any ($4::uuid[]) and c.opted_out_at is not null
    and c.tenant_id is not distinct from (select tenant_id from gate)) as ids
)`;

const text = ({
  isPooled,
  hasFrequencyCap,
}: Rules): string => `${gate}${optedOut}${hasFrequencyCap ? allowed : ''}, marked as (
  update messages m set
    attempts = case when want.is_out then m.attempts else m.attempts + 1 end,
    requests = case when want.is_out then m.requests else m.requests + 1 end,
    marked_at = case when want.is_out then m.marked_at else clock_timestamp() end,
    reason = case when want.is_out then 'opted_out' end,
    decided_at = case when want.is_out and m.lost_outcomes > 0 then clock_timestamp() end,
    state = case when not want.is_out then 'sending' when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state
  from (
    select id, contact_id, coalesce(contact_id = any ((select ids from opted_out)::uuid[]), false) as is_out
    from unnest($3::uuid[], $4::uuid[]) as w (id, contact_id) offset 0
  ) want
  where ${mayLeave}${hasFrequencyCap ? ' and (m.requests > 0 or want.is_out or want.id in (select p.id from person p join allowed a on a.contact_id = p.root))' : ''}
  returning m.id, m.state, m.contact_id
), counted as (
  update campaign_counters n set skipped = n.skipped + t.skipped, unknown = n.unknown + t.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from marked) t
  where n.campaign_id = $1 and t.skipped + t.unknown > 0
)${isPooled ? remembered : ''}
select (select status from gate) as status, exists (select from lease) as "isLeased",
  coalesce((select can_send from sender), false) as "canSend",
  (select count(*) from marked) as settled,
  case when (select count(*) from marked where state = 'sending') < cardinality($3)
    then array(select id from marked where state = 'sending') end as ids`;

const texts = {
  mark_sending: text({ isPooled: false, hasFrequencyCap: false }),
  mark_sending_pool: text({ isPooled: true, hasFrequencyCap: false }),
  mark_sending_capped: text({ isPooled: false, hasFrequencyCap: true }),
  mark_sending_pool_capped: text({ isPooled: true, hasFrequencyCap: true }),
} as const;

interface MarkRow {
  readonly status: CampaignStatus | null;
  readonly isLeased: boolean;
  readonly canSend: boolean;
  readonly settled: number;
  /** `null` for all of them: nearly always, and then nobody has to read them. */
  readonly ids: string[] | null;
}

/** Marks rows of a claim as about to leave. */
export async function markSending(
  run: RunStatement,
  input: {
    readonly campaignId: string;
    readonly fence: number;
    readonly messages: readonly ClaimedMessage[];
    /** Sent by a pool: the number is remembered as the one that last wrote to these contacts. */
    readonly isPooled?: boolean;
    /** Contacts are counted against the tenant's cap. */
    readonly hasFrequencyCap?: boolean;
  },
): Promise<Mark> {
  const name =
    `mark_sending${input.isPooled === true ? '_pool' : ''}${input.hasFrequencyCap === true ? '_capped' : ''}` as const;
  const ids = input.messages.map((message) => message.id);
  const rows = await run<MarkRow>(name, texts[name], [
    input.campaignId,
    input.fence,
    uuidArray(ids),
    uuidArray(input.messages.map((message) => (message.ignoresOptOut ? null : message.contactId))),
  ]);
  const row = rows[0];
  return {
    ids: new Set(row === undefined ? [] : (row.ids ?? ids)),
    status: row?.status ?? undefined,
    isLeased: row?.isLeased ?? false,
    settled: row?.settled ?? 0,
    canSend: row?.canSend ?? false,
  };
}
