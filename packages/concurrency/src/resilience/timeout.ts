import { type Clock, monotonicClock } from '../time/clock.ts';
import { AbortWatch } from '../waiting/abort-watch.ts';
import type { Policy, Work } from './policy.ts';
import { startWork } from './start-work.ts';
import { TimeoutError } from './timeout-error.ts';

/** Settings of {@link timeout}. */
export interface TimeoutOptions {
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock;
}

/**
 * Gives the work so many milliseconds (above 0; `Infinity` for as long as it takes). When they are over, or the caller aborts, the
 * signal that the work was given aborts, and the promise rejects in that instant, whether the work heeds the
 * signal or not; how it ends then, nobody is told. No timer and no listener outlives the work's end.
 *
 * @throws TimeoutError; the signal's reason when aborted; RangeError; what the work throws.
 *
 * @example
 * ```ts
 * import { timeout, TimeoutError } from '@zaphub/concurrency';
 *
 * const never = (signal: AbortSignal | undefined) =>
 *   new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
 * await timeout(never, 5).catch((error: unknown) => console.log(error instanceof TimeoutError));
 * ```
 */
export function timeout<T>(work: Work<T>, timeoutMs: number, options: TimeoutOptions = {}): Promise<T> {
  const { signal, clock = monotonicClock } = options;
  return new Promise<T>((resolve, reject) => {
    checkTimeout(timeoutMs);
    signal?.throwIfAborted();
    const stop = new AbortController();
    const giveUp = (reason: unknown): undefined => {
      disarm();
      reject(reason);
      stop.abort(reason);
    };
    const cancelTimer = clock.timer(timeoutMs, () => giveUp(new TimeoutError(timeoutMs)));
    const watch = signal === undefined ? undefined : new AbortWatch(signal, { abort: giveUp });
    const disarm = (): void => {
      cancelTimer();
      watch?.end();
    };
    startWork(work, stop.signal).then(
      (result) => {
        disarm();
        resolve(result);
      },
      (error: unknown) => {
        disarm();
        reject(error);
      },
    );
  });
}

/**
 * {@link timeout} as a policy: each work gets so many milliseconds.
 *
 * @example
 * ```ts
 * import { TimeoutPolicy } from '@zaphub/concurrency';
 *
 * console.log(await new TimeoutPolicy(1000).execute((signal) => signal?.aborted)); // false
 * ```
 */
export class TimeoutPolicy implements Policy {
  readonly timeoutMs: number;
  readonly #clock: Clock;

  /** @throws RangeError for a time that {@link timeout} does not take. */
  constructor(timeoutMs: number, clock: Clock = monotonicClock) {
    checkTimeout(timeoutMs);
    this.timeoutMs = timeoutMs;
    this.#clock = clock;
  }

  execute<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    return timeout(work, this.timeoutMs, { signal, clock: this.#clock });
  }
}

function checkTimeout(timeoutMs: number): void {
  if (!(timeoutMs > 0)) throw new RangeError(`timeoutMs must be above 0, not ${timeoutMs}`);
}
