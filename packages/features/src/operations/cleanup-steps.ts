import type { Database } from '@zaphub/db';
import type { QueueAdmin } from '@zaphub/queues';
import { deleteOldEvents } from '../events/index.ts';
import { deleteExpiredKeys } from '../idempotency/index.ts';
import type { ReconcileStep } from '../reconciler/index.ts';

/** What the steps work on. */
export interface CleanupDeps {
  /** Logged in as the engine. */
  readonly db: Database;
  readonly queues: Pick<QueueAdmin, 'cleanOld'>;
}

const hourMs = 3_600_000;
/** Readers of live events that were away for longer read the state again. */
const keepEventsMs = hourMs;
/** Completed jobs are kept for a day at most, failed ones for a week. */
const keepJobsMs = 24 * hourMs;
/** Rows that one statement takes away of what may be millions. */
const batchSize = 10_000;

/** Everything that has had its time. Each step may run again at any moment, and finds nothing the second time. */
export function cleanupSteps({ db, queues }: CleanupDeps): ReconcileStep[] {
  const remove = (text: string) => (): Promise<number> => db.system((tx) => tx.run(text));
  const removeAll = (text: string) => async (): Promise<number> => {
    let removed = 0;
    for (;;) {
      const count = await remove(text)();
      removed += count;
      if (count < batchSize) return removed;
    }
  };
  return [
    { name: 'old-events', run: () => deleteOldEvents(db, { keepMs: keepEventsMs }) },
    { name: 'expired-keys', run: () => deleteExpiredKeys(db) },
    {
      // An open claim whose lease ended is the reconciler's; one that nothing is left of is nobody's.
      name: 'empty-claims',
      run: remove(
        `delete from claims l where l.lease_until < clock_timestamp() - interval '1 hour'
           and not exists (select from messages m where m.id = any (l.message_ids) and m.fence = l.id
             and m.state in ('claimed', 'sending'))`,
      ),
    },
    {
      name: 'dead-workers',
      run: remove(`delete from app.workers where heartbeat_at < clock_timestamp() - interval '1 hour'`),
    },
    {
      // The api cleans them too; here for when none of it is left.
      name: 'old-streams',
      run: remove('delete from event_streams where expires_at <= clock_timestamp()'),
    },
    {
      // Of campaigns that were taken away with all their messages.
      name: 'forgotten-dead-letters',
      run: remove(
        `delete from dead_letters d where d.ctid = any (array(
           select d.ctid from dead_letters d left join messages m on m.id = d.message_id
           where m.id is null or m.state not in ('failed', 'dlq') limit 10000))`,
      ),
    },
    {
      // No cap looks further back than 90 days; two more for the zones and the day that is under way.
      name: 'old-contact-sends',
      run: removeAll(
        `delete from contact_sends n where n.ctid = any (array(
           select ctid from contact_sends where day < current_date - 92 limit ${batchSize}))`,
      ),
    },
    {
      // With their deliveries and attempts: the log of webhooks goes back 14 days.
      name: 'old-webhook-events',
      run: removeAll(
        `delete from webhook_events v where v.ctid = any (array(
           select ctid from webhook_events where created_at < clock_timestamp() - interval '14 days'
           order by created_at limit ${batchSize}))`,
      ),
    },
    // Last: with the queues' backend away it waits for its time-out.
    { name: 'old-jobs', run: () => queues.cleanOld(keepJobsMs) },
  ];
}
