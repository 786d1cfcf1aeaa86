import type { BreakerStrategy } from './breaker-strategy.ts';

/**
 * Opens the circuit at the given number of failures in a row, in the order in which the calls end; one success
 * starts the count again. Quick to act, but blind to a service that fails every second call: see
 * {@link SamplingFailures}.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, ConsecutiveFailures } from '@zaphub/concurrency';
 *
 * const breaker = new CircuitBreaker({ strategy: new ConsecutiveFailures(3), resetAfterMs: 10_000 });
 * console.log(breaker.state);
 * ```
 */
export class ConsecutiveFailures implements BreakerStrategy {
  readonly threshold: number;
  #inARow = 0;

  /** @throws RangeError when the threshold is not a whole number from 1. */
  constructor(threshold: number) {
    if (!Number.isInteger(threshold) || threshold < 1) {
      throw new RangeError(`threshold must be a whole number from 1, not ${threshold}`);
    }
    this.threshold = threshold;
  }

  succeeded(): void {
    this.#inARow = 0;
  }

  failed(): boolean {
    return ++this.#inARow >= this.threshold;
  }

  reset(): void {
    this.#inARow = 0;
  }
}
