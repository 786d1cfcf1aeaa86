import { type Clock, monotonicClock } from '../time/clock.ts';
import type { Backoff } from './backoff.ts';

/** Given to each attempt. */
export interface RetryContext {
  /** 1 for the first. */
  readonly attempt: number;
  /** The caller's; hand it on to what the attempt waits for. */
  readonly signal: AbortSignal | undefined;
}

/** Settings of {@link retry}. */
export interface RetryOptions {
  /** Attempts in all, the first included; a whole number from 1. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** Whether trying again may help. Default: always. */
  readonly shouldRetry?: (error: unknown, attempt: number) => boolean;
  /** Told before each wait. */
  readonly onRetry?: (error: unknown, attempt: number, delayMs: number) => void;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Runs `work` until it succeeds, its error is hopeless or the attempts are used up; then rejects with the last
 * error as it was thrown. An abort ends a wait at once and starts no further attempt.
 *
 * @throws RangeError when `attempts` is not a whole number from 1; the signal's reason when aborted.
 */
export async function retry<T>(
  work: (context: RetryContext) => Promise<T> | T,
  options: RetryOptions,
): Promise<T> {
  const { attempts, backoff, shouldRetry = () => true, onRetry, signal, clock = monotonicClock } = options;
  if (!Number.isInteger(attempts) || attempts < 1) {
    throw new RangeError(`attempts must be a whole number from 1, not ${attempts}`);
  }
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work({ attempt, signal });
    } catch (error) {
      if (signal?.aborted === true || attempt >= attempts || !shouldRetry(error, attempt)) throw error;
      const delayMs = backoff(attempt);
      onRetry?.(error, attempt, delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}
