import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { Channel } from './channel.ts';
import { follow } from './follow.ts';
import type { ReadableChannel } from './ports.ts';
import { ReadingEnd } from './reading-end.ts';

export interface DebounceOptions {
  /** Milliseconds without a new value after which the last one is ready. */
  readonly quietMs: number;
  /** Never hold a value back for longer than this since the first of its burst, in milliseconds; no limit by default. */
  readonly maxWaitMs?: number;
  /** What happens to the value that is held back when the input ends: it is ready at once (`flush`, the default) or dropped. */
  readonly onClose?: 'flush' | 'drop';
  readonly clock?: Clock;
}

/**
 * The last value of each burst: a value is ready once `quietMs` have passed without another. It takes each value
 * from the input at once, so it never holds senders back, and keeps two at most: the one held back and the one that
 * is ready; a newer one replaces an older in both places and the older counts as dropped.
 *
 * It ends after the input has; then no timer is left. Leaving its `for await` loop, or `cancel`, cancels the input.
 *
 * @throws RangeError when a time is not a number from 0.
 *
 * @example
 * ```ts
 * import { Channel, debounce } from '@zaphub/concurrency';
 *
 * const typed = new Channel<string>(1);
 * const searches = debounce(typed, { quietMs: 5 });
 * for (const text of ['c', 'ca', 'cat']) await typed.send(text);
 * const search = await searches.receive();
 * if (search.value !== 'cat') throw new Error('only the last of the burst');
 * typed.close();
 * ```
 */
export function debounce<T>(input: ReadableChannel<T>, options: DebounceOptions): Debounced<T> {
  return new Debounced(input, options);
}

/** Made by {@link debounce}. */
export class Debounced<T> extends ReadingEnd<T> {
  readonly #input: ReadableChannel<T>;
  readonly #quietMs: number;
  readonly #maxWaitMs: number;
  readonly #onClose: 'flush' | 'drop';
  readonly #clock: Clock;
  /** The burst's last value, held back while a timer runs. */
  #burst: Burst<T> | undefined = undefined;
  #cancelTimer: CancelTimer = nothingToCancel;
  #replaced = 0;

  constructor(input: ReadableChannel<T>, options: DebounceOptions) {
    super(new Channel<T>(1, { overflow: 'drop-oldest' }));
    const { quietMs, maxWaitMs = Infinity, onClose = 'flush', clock = monotonicClock } = options;
    if (!(quietMs >= 0)) throw new RangeError(`quietMs must be from 0, not ${quietMs}`);
    if (!(maxWaitMs >= 0)) throw new RangeError(`maxWaitMs must be from 0, not ${maxWaitMs}`);
    this.#input = input;
    this.#quietMs = quietMs;
    this.#maxWaitMs = maxWaitMs;
    this.#onClose = onClose;
    this.#clock = clock;
    follow(
      input,
      (value) => this.#hold(value),
      () => this.#end(),
    );
  }

  /** Values that nobody will receive: a newer one came first, or they were dropped at the end. */
  get dropped(): number {
    return this.#replaced + this.output.dropped;
  }

  /** Ends, forgets what it holds and cancels the input. Idempotent. */
  cancel(): void {
    this.#cancelTimer();
    this.#burst = undefined;
    this.#input.cancel();
    this.output.cancel();
  }

  #hold(value: T): void {
    const now = this.#clock.now();
    const burst = this.#burst;
    if (burst === undefined) {
      this.#burst = { value, lastAt: now, latestDueAt: now + this.#maxWaitMs };
      this.#releaseAfter(Math.min(this.#quietMs, this.#maxWaitMs), this.#burst);
    } else {
      burst.value = value;
      burst.lastAt = now;
      this.#replaced++;
    }
  }

  /** One timer serves a burst: when it fires before the last value is due, it is started again for the rest. */
  #releaseAfter(ms: number, burst: Burst<T>): void {
    this.#cancelTimer = this.#clock.timer(ms, () => {
      const dueAt = Math.min(burst.lastAt + this.#quietMs, burst.latestDueAt);
      const leftMs = dueAt - this.#clock.now();
      if (leftMs > 0) {
        this.#releaseAfter(leftMs, burst);
        return;
      }
      this.#burst = undefined;
      this.output.trySend(burst.value);
    });
  }

  #end(): void {
    this.#cancelTimer();
    const burst = this.#burst;
    this.#burst = undefined;
    if (burst !== undefined && this.#onClose === 'flush') this.output.trySend(burst.value);
    else if (burst !== undefined) this.#replaced++;
    this.output.close();
  }
}

interface Burst<T> {
  value: T;
  lastAt: number;
  readonly latestDueAt: number;
}

const nothingToCancel = (): void => undefined;
