/**
 * Milliseconds to wait after the given number of failed attempts (1 = the first attempt failed). Told the wait
 * before this one (0 when there was none) and, where there is one, the error that ended the attempt.
 */
export type Backoff = (failedAttempts: number, previousDelayMs?: number, error?: unknown) => number;

/** Shape of {@link exponentialBackoff}. */
export interface ExponentialBackoffOptions {
  /** Before the second attempt. */
  readonly firstDelayMs: number;
  /** Each wait is this many times the one before. Default 2. */
  readonly factor?: number;
  /** No wait is longer. Default 30 000. */
  readonly maxDelayMs?: number;
  /**
   * Share of each wait that is left to chance, 0 (none) to 1 ("full jitter": anything from 0 to the full wait).
   * Default 0.5.
   */
  readonly jitter01?: number;
  /** A number from 0 to below 1. Default Math.random. */
  readonly random?: () => number;
}

/**
 * Waits that grow by a factor up to a limit, shortened by chance so that many callers do not return together.
 *
 * @example
 * ```ts
 * import { exponentialBackoff } from '@zaphub/concurrency';
 *
 * const backoff = exponentialBackoff({ firstDelayMs: 100, maxDelayMs: 1000, jitter01: 0 });
 * console.log([1, 2, 3, 4, 5].map((failed) => backoff(failed))); // 100, 200, 400, 800, 1000
 * ```
 */
export function exponentialBackoff(options: ExponentialBackoffOptions): Backoff {
  const { firstDelayMs, factor = 2, maxDelayMs = 30_000, jitter01 = 0.5, random = Math.random } = options;
  return (failedAttempts) => {
    const fullMs = Math.min(maxDelayMs, firstDelayMs * factor ** Math.max(0, failedAttempts - 1));
    return fullMs * (1 - jitter01 * random());
  };
}

/** Shape of {@link decorrelatedBackoff}. */
export interface DecorrelatedBackoffOptions {
  /** No wait is shorter. */
  readonly firstDelayMs: number;
  /** No wait is longer. Default 30 000. */
  readonly maxDelayMs?: number;
  /** A number from 0 to below 1. Default Math.random. */
  readonly random?: () => number;
}

/**
 * Waits of chance, each between the first delay and three times the wait before it ("decorrelated jitter"): they
 * grow like an exponential backoff, but callers that failed together spread out further with every attempt.
 *
 * @example
 * ```ts
 * import { decorrelatedBackoff } from '@zaphub/concurrency';
 *
 * const backoff = decorrelatedBackoff({ firstDelayMs: 100, random: () => 0.5 });
 * console.log(backoff(1), backoff(2, 200)); // 200 of 100 to 300, 350 of 100 to 600
 * ```
 */
export function decorrelatedBackoff(options: DecorrelatedBackoffOptions): Backoff {
  const { firstDelayMs, maxDelayMs = 30_000, random = Math.random } = options;
  return (_failedAttempts, previousDelayMs = 0) => {
    const longestMs = Math.max(firstDelayMs, previousDelayMs) * 3;
    return Math.min(maxDelayMs, firstDelayMs + (longestMs - firstDelayMs) * random());
  };
}

/**
 * The same wait every time.
 *
 * @example
 * ```ts
 * import { constantBackoff, retry } from '@zaphub/concurrency';
 *
 * const backoff = constantBackoff(5);
 * console.log(await retry(({ attempt }) => (attempt < 2 ? Promise.reject(new Error('no')) : attempt), { attempts: 3, backoff }));
 * ```
 */
export function constantBackoff(delayMs: number): Backoff {
  return () => delayMs;
}
