import type { Database } from '@zaphub/db';
import type { JobHandler, JobPayload } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import type { ReconcileStep } from '../reconciler/index.ts';

/** Any number that nothing else in this database uses as an advisory lock. */
const lockKey = 7_221_905_002;

/** What the handler needs. */
export interface CleanupHandlerDeps {
  /** Logged in as the engine. */
  readonly db: Database;
  readonly logger: Logger;
  readonly steps: readonly ReconcileStep[];
}

/**
 * Handles `maintenance.cleanup`: every step once, in order. One round at a time in the whole installation, whatever
 * the queue does; a second one ends at once. A step that fails does not keep the next ones from their turn; the round
 * has then failed, and the schedule brings the next.
 */
export function createCleanupHandler(
  deps: CleanupHandlerDeps,
): JobHandler<JobPayload<'maintenance.cleanup'>> {
  const { db, logger } = deps;
  return async ({ signal }) => {
    await db.system(async (tx) => {
      const { isMine } = await tx.one<{ isMine: boolean }>(
        'select pg_try_advisory_xact_lock($1) as "isMine"',
        [lockKey],
      );
      // The steps use other connections; this one only holds the lock.
      if (isMine) await runSteps(deps.steps, { logger, signal });
    });
  };
}

async function runSteps(
  steps: readonly ReconcileStep[],
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const failures: unknown[] = [];
  for (const { name, run } of steps) {
    signal.throwIfAborted();
    try {
      const count = await run();
      if (count > 0) logger.info('cleaned up', { step: name, count });
    } catch (error) {
      logger.warn('a step of the cleanup failed; the next round tries it again', { step: name, error });
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
