import type { Clock } from '../time/clock.ts';
import type { BreakerStrategy } from './breaker-strategy.ts';

/** Settings of {@link SamplingFailures}. */
export interface SamplingFailuresOptions {
  /** Share of failed calls at which the circuit opens; above 0, up to 1. */
  readonly ratio01: number;
  /** How far back calls count, in milliseconds; above 0. The oldest tenth leaves as a whole. */
  readonly windowMs: number;
  /** Fewer calls within the window decide nothing; a whole number from 1. Default 10. */
  readonly minimumCalls?: number;
}

interface Slice {
  calls: number;
  failures: number;
  /** The one after it; after the last comes the first. */
  next: Slice;
}

const slices = 10;

/**
 * Opens the circuit when the given share of the calls that ended within a rolling window failed, and there were
 * enough of them to tell. Memory and time a call are constant, whatever the traffic.
 *
 * The arithmetic:
 * 1. Time is cut into slices of a tenth of the window, numbered from the clock's zero: `floor(now / sliceMs)`.
 * 2. A call counts in the slice in which it ended. Ten slices are kept, in a ring.
 * 3. For each slice that time has entered since, at most ten, the ring moves on by one place; what that place
 *    held leaves the totals and it starts at 0. So the totals speak of the last nine to ten tenths of the window.
 * 4. At each failure: with fewer than `minimumCalls` in the totals nothing opens; else the circuit opens when
 *    `failures / calls ≥ ratio01`. (A quotient of whole numbers is rounded as the ratio was when it was written:
 *    55 of 100 is exactly 0.55, whereas 0.55 × 100 is a little more than 55.)
 *
 * @example
 * ```ts
 * import { CircuitBreaker, SamplingFailures } from '@zaphub/concurrency';
 *
 * // Half of at least 20 calls within 30 s failed: leave the service alone for 10 s.
 * const strategy = new SamplingFailures({ ratio01: 0.5, windowMs: 30_000, minimumCalls: 20 });
 * const breaker = new CircuitBreaker({ strategy, resetAfterMs: 10_000 });
 * console.log(breaker.state);
 * ```
 */
export class SamplingFailures implements BreakerStrategy {
  readonly #ratio01: number;
  readonly #sliceMs: number;
  readonly #minimumCalls: number;
  #calls = 0;
  #failures = 0;
  /** The slice that was entered last. */
  #slice = ringOf(slices);
  #sliceNumber = 0;

  /** @throws RangeError for a setting out of its range. */
  constructor({ ratio01, windowMs, minimumCalls = 10 }: SamplingFailuresOptions) {
    if (!(ratio01 > 0 && ratio01 <= 1)) {
      throw new RangeError(`ratio01 must be above 0 and at most 1, not ${ratio01}`);
    }
    if (!(windowMs > 0 && windowMs < Infinity))
      throw new RangeError(`windowMs must be above 0, not ${windowMs}`);
    if (!Number.isInteger(minimumCalls) || minimumCalls < 1) {
      throw new RangeError(`minimumCalls must be a whole number from 1, not ${minimumCalls}`);
    }
    this.#ratio01 = ratio01;
    this.#sliceMs = windowMs / slices;
    this.#minimumCalls = minimumCalls;
  }

  succeeded(clock: Clock): void {
    this.#countCall(clock);
  }

  failed(clock: Clock): boolean {
    this.#countCall(clock);
    this.#slice.failures++;
    this.#failures++;
    return this.#calls >= this.#minimumCalls && this.#failures / this.#calls >= this.#ratio01;
  }

  reset(): void {
    this.#moveOn(slices);
  }

  #countCall(clock: Clock): void {
    const sliceNumber = Math.floor(clock.now() / this.#sliceMs);
    if (sliceNumber > this.#sliceNumber) {
      this.#moveOn(Math.min(slices, sliceNumber - this.#sliceNumber));
      this.#sliceNumber = sliceNumber;
    }
    this.#slice.calls++;
    this.#calls++;
  }

  #moveOn(places: number): void {
    for (let place = 0; place < places; place++) {
      const slice = this.#slice.next;
      this.#calls -= slice.calls;
      this.#failures -= slice.failures;
      slice.calls = 0;
      slice.failures = 0;
      this.#slice = slice;
    }
  }
}

function ringOf(size: number): Slice {
  // It has its `next` before anybody sees it.
  const first = { calls: 0, failures: 0 } as Slice;
  let last = first;
  for (let place = 1; place < size; place++) last = last.next = { calls: 0, failures: 0, next: first };
  last.next = first;
  return first;
}
