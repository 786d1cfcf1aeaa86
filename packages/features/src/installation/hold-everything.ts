import type { Tx } from '@zaphub/db';
import { recount } from '../messages/index.ts';

/** What waits for a decision after a copy of the database was put in its place. */
export interface HeldAfterRestore {
  readonly campaigns: number;
  /** Messages that were sent one by one and not yet gone when the copy was made: they are not sent again. */
  readonly direct: number;
}

/**
 * Stops everything that would send from the copy's past: campaigns wait for somebody's decision, and what was written one
 * by one is left, since nobody can know whether it went out after the copy was made.
 */
export async function holdEverything(tx: Tx): Promise<HeldAfterRestore> {
  const campaigns = await tx.run(
    `update campaigns set resume_status = status, status = 'paused', hold_cause = 'restored', hold_since = clock_timestamp()
     where kind = 'campaign' and status in ('scheduled', 'preparing', 'running')`,
  );
  const open = await tx.rows<{ id: string }>(
    `select c.id from campaigns c join campaign_counters n on n.campaign_id = c.id
     where c.kind = 'direct' and n.total > n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown`,
  );
  let direct = 0;
  for (const { id } of open) {
    direct += await tx.run(
      `update messages set queued = false, retry = false, reason = 'restored', decided_at = clock_timestamp(),
         state = case when state = 'sending' or lost_outcomes > 0 then 'unknown' else 'skipped' end::message_state
       where campaign_id = $1 and state in ('pending', 'claimed', 'sending')`,
      [id],
    );
    await tx.run('delete from claims where campaign_id = $1', [id]);
    await tx.run(
      `insert into campaign_heads as h (campaign_id, tenant_id, position)
       select campaign_id, tenant_id, total from campaign_counters where campaign_id = $1
       on conflict (campaign_id) do update set claimed_from = h.position, position = excluded.position`,
      [id],
    );
    await recount(tx, id);
  }
  return { campaigns, direct };
}
