import { RetryPolicy, type RetryPolicyOptions } from './retry-policy.ts';

/** Given to each attempt. */
export interface RetryContext {
  /** 1 for the first. */
  readonly attempt: number;
  /** The caller's; hand it on to what the attempt waits for. */
  readonly signal: AbortSignal | undefined;
}

/** Settings of {@link retry}. */
export interface RetryOptions extends RetryPolicyOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` as a {@link RetryPolicy} does, and tells it which attempt it is.
 *
 * @throws RangeError when `attempts` is not a whole number from 1; the signal's reason when aborted; the last
 *   attempt's error.
 *
 * @example
 * ```ts
 * import { exponentialBackoff, retry } from '@zaphub/concurrency';
 *
 * const answer = await retry(({ attempt }) => (attempt < 2 ? Promise.reject(new Error('busy')) : 'done'), {
 *   attempts: 5,
 *   backoff: exponentialBackoff({ firstDelayMs: 5 }),
 *   shouldRetry: (error) => error instanceof Error && error.message === 'busy',
 *   signal: AbortSignal.timeout(1000),
 * });
 * console.log(answer);
 * ```
 */
export async function retry<T>(
  work: (context: RetryContext) => PromiseLike<T> | T,
  options: RetryOptions,
): Promise<T> {
  let attempt = 0;
  return await new RetryPolicy(options).execute(
    (signal) => work({ attempt: ++attempt, signal }),
    options.signal,
  );
}
