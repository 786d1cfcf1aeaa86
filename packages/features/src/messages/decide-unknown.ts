import type { RunStatement } from './ledger.ts';

/*
 * Invariants: only a person's decision sends a row again whose outcome was lost, and each such row counts one more
 * lost outcome, so that it shows as a possible duplicate. Rows that ended `unknown` because their contact opted
 * out or the campaign was cancelled are never sent again.
 */
const resend = `
with again as (
  update messages m set state = 'pending', queued = true, retry = true, lost_outcomes = m.lost_outcomes + 1, decided_at = null,
    due_at = greatest(m.due_at, clock_timestamp())
  where m.campaign_id = $1 and m.state = 'unknown'
    and coalesce(m.reason, '') not in ('cancelled', 'opted_out', 'contact_deleted', 'missing_variable')
  returning m.id
), counted as (
  update campaign_counters n set unknown = n.unknown - a.n, updated_at = clock_timestamp()
  from (select count(*) as n from again) a where n.campaign_id = $1 and a.n > 0
)
select count(*) as n from again`;

const leave = `
with left_so as (
  update messages m set decided_at = clock_timestamp()
  where m.campaign_id = $1 and m.state = 'unknown' and m.decided_at is null returning m.id
)
select count(*) as n from left_so`;

/** Carries out what somebody decided about the recipients whose outcome was lost; answers how many they are. */
export async function decideUnknown(
  run: RunStatement,
  campaignId: string,
  decision: 'resend' | 'leave',
): Promise<number> {
  const rows =
    decision === 'resend'
      ? await run<{ n: number }>('unknown_resend', resend, [campaignId])
      : await run<{ n: number }>('unknown_leave', leave, [campaignId]);
  return rows[0]?.n ?? 0;
}
