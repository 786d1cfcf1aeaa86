import type { RunStatement } from './ledger.ts';
import type { ClaimRef } from './record-outcomes.ts';

/*
 * For rows whose text cannot be made. Invariants: `claimed → skipped` only under the row's own fence, so nothing
 * that may have left is skipped; a row with a lost outcome becomes `unknown`, decided, instead.
 */
const text = `
with skipped as (
  update messages m set reason = $4,
    decided_at = case when m.lost_outcomes > 0 then clock_timestamp() end,
    state = case when m.lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state
  from unnest($3::uuid[]) as want (id) where m.id = want.id and m.fence = $2 and m.state = 'claimed'
  returning m.state
)
update campaign_counters n set skipped = n.skipped + s.skipped, unknown = n.unknown + s.unknown,
  updated_at = clock_timestamp()
from (select count(*) filter (where state = 'skipped') as skipped, count(*) filter (where state = 'unknown') as unknown
      from skipped) s
where n.campaign_id = $1 and s.skipped + s.unknown > 0`;

/** Skips claimed rows for a reason in plain code, such as `missing_variable`. */
export async function skipClaimed(
  run: RunStatement,
  claim: ClaimRef,
  ids: readonly string[],
  reason: string,
): Promise<void> {
  if (ids.length > 0) await run('skip_claimed', text, [claim.campaignId, claim.fence, ids, reason]);
}
