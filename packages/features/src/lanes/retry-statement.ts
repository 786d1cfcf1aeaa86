import { setTimeout as pause } from 'node:timers/promises';
import { isRetryableDatabaseError } from '@zaphub/db';

const firstWaitMs = 50;
const longestWaitMs = 1_000;

/**
 * Runs something idempotent again while the database is away or a deadlock was broken, for `forMs` at most.
 * Results of sends live only here until they are recorded, so giving up early would turn them into unknowns.
 */
export async function withRetries<T>(forMs: number, work: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + forMs;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryableDatabaseError(error) || performance.now() + waitMs > untilMs) throw error;
      await pause(waitMs);
    }
  }
}
