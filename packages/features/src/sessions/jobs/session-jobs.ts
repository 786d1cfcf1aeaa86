import type { Database } from '@zaphub/db';
import type { JobHandler, JobPayload } from '@zaphub/queues';
import type { SessionKeeper } from '../session-keeper.ts';
import { sessionChannel } from '../session-lease.ts';

interface JobDeps {
  readonly db: Database;
  readonly keeper: SessionKeeper;
}

/**
 * Opens the session of a number here, if it is wanted and free. Runs again for nothing without harm: the database says
 * whether there is anything to do.
 */
export function createSessionInitHandler(deps: JobDeps): JobHandler<JobPayload<'session.init'>> {
  return async ({ payload }) => {
    if (await deps.keeper.take(payload.connectionId)) return;
    // Held elsewhere, of a kind that another process opens, or not wanted any more: they see for themselves.
    await notify(deps.db, payload.connectionId);
  };
}

/** Tells whoever holds a session to look at what its people want now. */
export function createSessionCloseHandler(deps: JobDeps): JobHandler<JobPayload<'session.close'>> {
  return ({ payload }) => notify(deps.db, payload.connectionId);
}

async function notify(db: Database, connectionId: string): Promise<void> {
  await db.system((tx) => tx.run('select pg_notify($1, $2)', [sessionChannel, connectionId]));
}
