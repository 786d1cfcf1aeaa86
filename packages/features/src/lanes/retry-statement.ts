import { exponentialBackoff, retry } from '@zaphub/concurrency';
import { isRetryableDatabaseError } from '@zaphub/db';

const backoff = exponentialBackoff({ firstDelayMs: 50, maxDelayMs: 1_000 });

/**
 * Runs something idempotent again while the database is away or a deadlock was broken, for `forMs` at most.
 * Results of sends live only here until they are recorded, so giving up early would turn them into unknowns.
 */
export async function withRetries<T>(forMs: number, work: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + forMs;
  return retry(work, {
    attempts: Number.MAX_SAFE_INTEGER,
    backoff,
    shouldRetry: (error) => isRetryableDatabaseError(error) && performance.now() < untilMs,
  });
}
