import type { CampaignStatus } from '@zaphub/types';
import type { RunStatement } from './ledger.ts';
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

/*
 * Invariants: `claimed → sending` only under the row's own fence, while the lease runs by the database's clock and
 * the campaign is running and its number can send and is not held. The lock on the campaign makes pauses and cancels wait for this statement and this
 * statement wait for them: after their commit nothing is marked. (Not `for share`: a steady stream of share
 * locks would keep a pause waiting.) Whoever opted out since the claim is skipped here. Committed before the
 * first byte leaves.
 */
const text = `
with gate as materialized (
  select case when status = 'running' and not app.is_open(opens_at, closes_at) then 'paused' else status end as status, tenant_id
  from campaigns where id = $1 for no key update
), lease as materialized (
  select id, connection_id from claims where id = $2 and lease_until > clock_timestamp() for share
), sender as materialized (
  select app.can_send(s.status, s.hold_cause, s.hold_until) as can_send
  from connections s where s.id = (select connection_id from lease)
), marked as (
  update messages m set
    attempts = case when c.id is null then m.attempts + 1 else m.attempts end,
    requests = case when c.id is null then m.requests + 1 else m.requests end,
    marked_at = case when c.id is null then clock_timestamp() else m.marked_at end,
    reason = case when c.id is null then null else 'opted_out' end,
    decided_at = case when c.id is not null and m.lost_outcomes > 0 then clock_timestamp() end,
    state = case when c.id is null then 'sending' when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state
  from unnest($3::uuid[], $4::uuid[]) as want (id, contact_id)
    left join contacts c on c.tenant_id = (select tenant_id from gate) and c.id = want.contact_id
      and c.opted_out_at is not null
  where (select status from gate) = 'running' and (select can_send from sender) and m.id = want.id and m.fence = $2 and m.state = 'claimed'
    and (m.open_until is null or m.open_until > clock_timestamp())
  returning m.id, m.state
), counted as (
  update campaign_counters n set skipped = n.skipped + t.skipped, unknown = n.unknown + t.unknown,
    updated_at = clock_timestamp()
  from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
        from marked) t
  where n.campaign_id = $1 and t.skipped + t.unknown > 0
)
select (select status from gate) as status, exists (select from lease) as "isLeased",
  coalesce((select can_send from sender), false) as "canSend",
  (select count(*) from marked) as settled,
  (select coalesce(array_agg(id), '{}') from marked where state = 'sending') as ids`;

interface MarkRow {
  readonly status: CampaignStatus | null;
  readonly isLeased: boolean;
  readonly canSend: boolean;
  readonly settled: number;
  readonly ids: string[];
}

/** Marks rows of a claim as about to leave. */
export async function markSending(
  run: RunStatement,
  input: {
    readonly campaignId: string;
    readonly fence: number;
    readonly messages: readonly ClaimedMessage[];
  },
): Promise<Mark> {
  const rows = await run<MarkRow>('mark_sending', text, [
    input.campaignId,
    input.fence,
    input.messages.map((message) => message.id),
    input.messages.map((message) => (message.ignoresOptOut ? null : message.contactId)),
  ]);
  const row = rows[0];
  return {
    ids: new Set(row?.ids),
    status: row?.status ?? undefined,
    isLeased: row?.isLeased ?? false,
    settled: row?.settled ?? 0,
    canSend: row?.canSend ?? false,
  };
}
