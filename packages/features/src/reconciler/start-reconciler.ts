import type { Database } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import type { ReconcileStep } from './steps.ts';

/** Any number that nothing else in this database uses as an advisory lock. */
const lockKey = 7_221_905_001;

export interface ReconcilerDeps {
  readonly db: Database;
  readonly logger: Logger;
}

export interface ReconcilerOptions {
  readonly steps: readonly ReconcileStep[];
  /** Milliseconds between passes; default 5 000. */
  readonly everyMs?: number;
  /** A process that is silent for so long during a pass loses its place to another one; default 6 000. */
  readonly silenceMs?: number;
}

/** Sets right what a crash, a freeze or a lost queue left behind. */
export interface Reconciler {
  /** One pass now; false when another process is at it. */
  runOnce(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Passes at once and then regularly. One process at a time does so: the advisory lock is held by a transaction of
 * its own, and ends with it, whatever becomes of the process: one that is killed is gone at once, one that is frozen
 * is put out by the server once it is silent. A step that fails does not keep the next ones from running.
 */
export function startReconciler(deps: ReconcilerDeps, options: ReconcilerOptions): Reconciler {
  const { db, logger } = deps;
  const silenceMs = options.silenceMs ?? 6_000;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let running: Promise<unknown> = Promise.resolve();

  const runSteps = async (): Promise<void> => {
    for (const step of options.steps) {
      if (isClosed) return;
      try {
        const count = await step.run();
        if (count > 0) logger.info('reconciled', { step: step.name, count });
      } catch (error) {
        logger.warn('a reconciler step failed; it runs again in the next pass', { step: step.name, error });
      }
    }
  };
  const runOnce = (): Promise<boolean> =>
    db.system(async (tx) => {
      const { isMine } = await tx.one<{ isMine: boolean }>(
        'select pg_try_advisory_xact_lock($1) as "isMine"',
        [lockKey],
      );
      if (!isMine) return false;
      // The steps use other connections; this one only holds the lock, and says that it is alive.
      await tx.run(`select set_config('idle_in_transaction_session_timeout', $1, true)`, [String(silenceMs)]);
      const sign = setInterval(() => {
        tx.run('select 1').catch(() => undefined); // a lost session ends the pass by itself
      }, silenceMs / 3);
      try {
        await runSteps();
      } finally {
        clearInterval(sign);
      }
      return true;
    });
  const pass = async (): Promise<void> => {
    try {
      await runOnce();
    } catch (error) {
      logger.warn('the reconciler could not run', { error });
    }
    if (!isClosed) timer = setTimeout(schedule, options.everyMs ?? 5_000);
  };
  const schedule = (): void => {
    running = pass();
  };
  schedule();
  return {
    runOnce,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
