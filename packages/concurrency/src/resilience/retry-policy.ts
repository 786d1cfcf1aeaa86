import { type Clock, monotonicClock } from '../time/clock.ts';
import type { Backoff } from './backoff.ts';
import type { Policy, Work } from './policy.ts';
import { startWork } from './start-work.ts';

/** Settings of a {@link RetryPolicy}. */
export interface RetryPolicyOptions {
  /** Attempts in all, the first included; a whole number from 1. */
  readonly attempts: number;
  /** How long to wait between attempts; `Infinity` until an abort. */
  readonly backoff: Backoff;
  /** Whether trying again may help. Default: always. */
  readonly shouldRetry?: (error: unknown, attempt: number) => boolean;
  /** Told before each wait. */
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
  readonly clock?: Clock;
}

/**
 * Runs work until it succeeds, its error is hopeless or the attempts are used up; then rejects with the last error
 * as it was thrown. An abort ends a wait at once and starts no further attempt; what fails after an abort is not
 * tried again.
 *
 * @example
 * ```ts
 * import { constantBackoff, RetryPolicy } from '@zaphub/concurrency';
 *
 * const policy = new RetryPolicy({ attempts: 3, backoff: constantBackoff(1) });
 * let calls = 0;
 * console.log(await policy.execute(() => (++calls < 3 ? Promise.reject(new Error('not yet')) : calls)));
 * ```
 */
export class RetryPolicy implements Policy {
  readonly #options: RetryPolicyOptions;
  readonly #clock: Clock;

  /** @throws RangeError when `attempts` is not a whole number from 1. */
  constructor(options: RetryPolicyOptions) {
    const { attempts, clock = monotonicClock } = options;
    if (!Number.isInteger(attempts) || attempts < 1) {
      throw new RangeError(`attempts must be a whole number from 1, not ${attempts}`);
    }
    this.#options = options;
    this.#clock = clock;
  }

  /** @throws the last attempt's error; the signal's reason when aborted before or between attempts. */
  execute<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return startWork(work, signal).then(undefined, (error: unknown) => this.#tryAgain(work, signal, error));
  }

  async #tryAgain<T>(work: Work<T>, signal: AbortSignal | undefined, firstError: unknown): Promise<T> {
    let error = firstError;
    let delayMs = 0;
    for (let attempt = 1; ; attempt++) {
      delayMs = this.#delayAfter(error, attempt, delayMs, signal);
      await this.#clock.sleep(delayMs, signal);
      // The abort may have come in the instant in which the wait ended.
      signal?.throwIfAborted();
      try {
        return await work(signal);
      } catch (nextError) {
        error = nextError;
      }
    }
  }

  /** How long to wait before the next attempt. @throws the error when there is none. */
  #delayAfter(
    error: unknown,
    attempt: number,
    previousDelayMs: number,
    signal: AbortSignal | undefined,
  ): number {
    const { attempts, shouldRetry, backoff, onRetry } = this.#options;
    if (signal?.aborted === true || attempt >= attempts || shouldRetry?.(error, attempt) === false)
      throw error;
    const delayMs = backoff(attempt, previousDelayMs, error);
    onRetry?.(error, attempt, delayMs);
    return delayMs;
  }
}
