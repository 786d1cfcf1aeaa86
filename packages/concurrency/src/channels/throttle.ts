import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { Channel } from './channel.ts';
import { follow } from './follow.ts';
import type { ReadableChannel } from './ports.ts';
import { ReadingEnd } from './reading-end.ts';

export interface ThrottleOptions {
  /** At least so many milliseconds pass between two values. */
  readonly intervalMs: number;
  /** Whether a value that comes after a pause is ready at once; true by default. */
  readonly leading?: boolean;
  /** Whether the last value that came during an interval is ready at its end; true by default. */
  readonly trailing?: boolean;
  /** What happens to a value that waits for the end of its interval when the input ends: it is ready at once (`flush`, the default) or dropped. */
  readonly onClose?: 'flush' | 'drop';
  readonly clock?: Clock;
}

/**
 * At most one value an interval: the first after a pause at once, and of those that come during the interval the
 * last at its end. It takes each value from the input at once, so it never holds senders back, and keeps two at
 * most: the one that waits for the end of the interval and the one that is ready; a newer one replaces an older in
 * both places and the older counts as dropped.
 *
 * It ends after the input has; then no timer is left. Leaving its `for await` loop, or `cancel`, cancels the input.
 *
 * @throws RangeError when the interval is not a number from 0, or nothing is asked for.
 *
 * @example
 * ```ts
 * import { Channel, throttle } from '@zaphub/concurrency';
 *
 * const progress = new Channel<number>(1);
 * const shown = throttle(progress, { intervalMs: 5 });
 * await progress.send(1);
 * const first = await shown.receive();
 * for (const percent of [2, 50, 100]) await progress.send(percent);
 * progress.close();
 * const last = await shown.receive();
 * if (first.value !== 1 || last.value !== 100) throw new Error('the first and the last');
 * ```
 */
export function throttle<T>(input: ReadableChannel<T>, options: ThrottleOptions): Throttled<T> {
  return new Throttled(input, options);
}

/** Made by {@link throttle}. */
export class Throttled<T> extends ReadingEnd<T> {
  readonly #input: ReadableChannel<T>;
  readonly #intervalMs: number;
  readonly #leading: boolean;
  readonly #trailing: boolean;
  readonly #onClose: 'flush' | 'drop';
  readonly #clock: Clock;
  /** The last value of the interval, for its end. */
  #held: { readonly value: T } | undefined = undefined;
  /** Set while an interval runs. */
  #cancelTimer: CancelTimer | undefined = undefined;
  #skipped = 0;

  constructor(input: ReadableChannel<T>, options: ThrottleOptions) {
    super(new Channel<T>(1, { overflow: 'drop-oldest' }));
    const {
      intervalMs,
      leading = true,
      trailing = true,
      onClose = 'flush',
      clock = monotonicClock,
    } = options;
    if (!(intervalMs >= 0)) throw new RangeError(`intervalMs must be from 0, not ${intervalMs}`);
    if (!leading && !trailing) throw new RangeError('leading, trailing or both');
    this.#input = input;
    this.#intervalMs = intervalMs;
    this.#leading = leading;
    this.#trailing = trailing;
    this.#onClose = onClose;
    this.#clock = clock;
    follow(
      input,
      (value) => this.#take(value),
      () => this.#end(),
    );
  }

  /** Values that nobody will receive: a newer one took their place, or they were dropped at the end. */
  get dropped(): number {
    return this.#skipped + this.output.dropped;
  }

  /** Ends, forgets what it holds and cancels the input. Idempotent. */
  cancel(): void {
    this.#cancelTimer?.();
    this.#held = undefined;
    this.#input.cancel();
    this.output.cancel();
  }

  #take(value: T): void {
    if (this.#cancelTimer === undefined) {
      this.#startInterval();
      if (this.#leading) {
        this.output.trySend(value);
        return;
      }
    } else if (!this.#trailing || this.#held !== undefined) {
      this.#skipped++;
    }
    if (this.#trailing) this.#held = { value };
  }

  #startInterval(): void {
    this.#cancelTimer = this.#clock.timer(this.#intervalMs, () => {
      const held = this.#held;
      if (held === undefined) {
        this.#cancelTimer = undefined;
        return;
      }
      this.#held = undefined;
      this.#startInterval();
      this.output.trySend(held.value);
    });
  }

  #end(): void {
    this.#cancelTimer?.();
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && this.#onClose === 'flush') this.output.trySend(held.value);
    else if (held !== undefined) this.#skipped++;
    this.output.close();
  }
}
