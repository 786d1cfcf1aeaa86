import { type Clock, monotonicClock } from '../time/clock.ts';
import type { Backoff } from './backoff.ts';
import type { BreakerStrategy } from './breaker-strategy.ts';
import { CircuitOpenError } from './circuit-open-error.ts';
import { ConsecutiveFailures } from './consecutive-failures.ts';
import type { Policy, Work } from './policy.ts';
import { throwUncaught } from '../waiting/throw-uncaught.ts';
import { startWork } from './start-work.ts';

/**
 * `closed`: calls go through. `open`: nothing does, for a time. `half-open`: a few trials do, and decide.
 * `isolated`: nothing does, until `reset`.
 */
export type CircuitState = 'closed' | 'half-open' | 'isolated' | 'open';

/** Told of a change after it has happened, of several in their order. What a listener throws becomes an uncaught error, not the caller's. */
export type CircuitListener = (state: CircuitState, previous: CircuitState) => void;

/** Settings of a {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Milliseconds that it stays open before trials, above 0; or a backoff by how often it has opened in a row. */
  readonly resetAfterMs: number | Backoff;
  /** When it opens; one of its own for each breaker. Default: 5 failures in a row. */
  readonly strategy?: BreakerStrategy;
  /** Trials in `half-open`, all of which must succeed; a whole number from 1. Default 1. */
  readonly halfOpenMax?: number;
  /**
   * Whether an error speaks against the service; others count as successes. Default: all do. What it throws is thrown
   * instead of the error, and the call counts as nothing; so it is with `isFailureResult`.
   */
  readonly isFailure?: (error: unknown) => boolean;
  /** Whether a result speaks against the service, such as a response of status 503. Default: none does. */
  readonly isFailureResult?: (result: unknown) => boolean;
  /** In the message of {@link CircuitOpenError}. Default `circuit`. */
  readonly name?: string;
  readonly clock?: Clock;
}

/**
 * Stops calling a service that fails: after its strategy's failures it refuses calls at once for `resetAfterMs`,
 * then lets `halfOpenMax` trials through. All succeed: it closes; one fails: it opens again.
 *
 * A call of a caller who aborted it counts neither way. A call speaks only about the state in which it began:
 * when it ends in a later one, it changes nothing. Trials that never end cannot hold it half-open: after as long
 * as it had been open, new ones are let through. No timer runs: `open` becomes `half-open` at the next call.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, CircuitOpenError, ConsecutiveFailures } from '@zaphub/concurrency';
 *
 * const breaker = new CircuitBreaker({ strategy: new ConsecutiveFailures(2), resetAfterMs: 30_000 });
 * breaker.onStateChange((state, previous) => console.log(`${previous} → ${state}`));
 * for (let call = 1; call <= 3; call++) {
 *   await breaker
 *     .execute(() => Promise.reject(new Error('the service is down')))
 *     .catch((error: unknown) => console.log(error instanceof CircuitOpenError ? error.retryAfterMs : error));
 * }
 * ```
 */
export class CircuitBreaker implements Policy {
  readonly name: string;
  readonly #strategy: BreakerStrategy;
  readonly #resetAfterMs: Backoff;
  readonly #halfOpenMax: number;
  readonly #isFailure: ((error: unknown) => boolean) | undefined;
  readonly #isFailureResult: ((result: unknown) => boolean) | undefined;
  readonly #clock: Clock;
  readonly #listeners = new Set<CircuitListener>();
  /** What listeners are being told: one of them may cause the next change. */
  readonly #changes: (readonly [state: CircuitState, previous: CircuitState])[] = [];
  #state: CircuitState = 'closed';
  /** Raised whenever what earlier calls have to say no longer matters. */
  #era = 0;
  /** Times it has opened since it was last closed. */
  #openings = 0;
  #openForMs = 0;
  /** When trials are next let through, in `open` and in `half-open`. */
  #trialsAtMs = 0;
  #trialsToStart = 0;
  #trialsToPass = 0;

  /** @throws RangeError for a setting out of its range. */
  constructor(options: CircuitBreakerOptions) {
    const { resetAfterMs, halfOpenMax = 1 } = options;
    if (typeof resetAfterMs === 'number' && !(resetAfterMs > 0)) {
      throw new RangeError(`resetAfterMs must be above 0, not ${resetAfterMs}`);
    }
    if (!Number.isInteger(halfOpenMax) || halfOpenMax < 1) {
      throw new RangeError(`halfOpenMax must be a whole number from 1, not ${halfOpenMax}`);
    }
    this.name = options.name ?? 'circuit';
    this.#strategy = options.strategy ?? new ConsecutiveFailures(5);
    this.#resetAfterMs = typeof resetAfterMs === 'number' ? () => resetAfterMs : resetAfterMs;
    this.#halfOpenMax = halfOpenMax;
    this.#isFailure = options.isFailure;
    this.#isFailureResult = options.isFailureResult;
    this.#clock = options.clock ?? monotonicClock;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Milliseconds until a call may be let through: 0 for now, `Infinity` while isolated. */
  get retryAfterMs(): number {
    if (this.#state === 'isolated') return Infinity;
    if (this.#state === 'closed' || this.#trialsToStart > 0) return 0;
    return Math.max(0, this.#trialsAtMs - this.#clock.now());
  }

  /**
   * Runs the work if the circuit lets it through.
   *
   * @throws CircuitOpenError when it does not; the signal's reason when already aborted; what the work throws.
   */
  execute<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#state !== 'closed' && !this.#startTrial())
      return Promise.reject(new CircuitOpenError(this.name, this.#state, this.retryAfterMs));
    const era = this.#era;
    return startWork(work, signal).then(
      (result) => {
        if (era === this.#era) this.#endedByResult(result);
        return result;
      },
      (error: unknown) => {
        if (era === this.#era) this.#endedByError(error, signal);
        throw error;
      },
    );
  }

  /** Refuses every call until `reset`; calls that run go on, and count no more. */
  isolate(): void {
    this.#enter('isolated');
  }

  /** Closes the circuit, whatever its state, and forgets what has happened. */
  reset(): void {
    this.#openings = 0;
    this.#openForMs = 0;
    this.#strategy.reset();
    this.#enter('closed');
  }

  /** Tells the listener of every change of state until the function it answers is called. */
  onStateChange(listener: CircuitListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Counts this call among the trials, the first of which makes the circuit half-open, if one may start now. */
  #startTrial(): boolean {
    if (this.retryAfterMs > 0) return false;
    if (this.#trialsToStart > 0) {
      this.#trialsToStart--;
      return true;
    }
    this.#trialsToStart = this.#halfOpenMax - 1;
    this.#trialsToPass = this.#halfOpenMax;
    this.#trialsAtMs = this.#clock.now() + this.#openForMs;
    this.#enter('half-open');
    // A listener may have isolated it since.
    return this.#state !== 'isolated';
  }

  #endedByResult(result: unknown): void {
    if (this.#isFailureResult?.(result) === true) this.#failed();
    else this.#succeeded();
  }

  #endedByError(error: unknown, signal: AbortSignal | undefined): void {
    if (signal?.aborted === true) {
      // Says nothing about the service; as a trial it leaves its place to another.
      if (this.#state === 'half-open') this.#trialsToStart++;
    } else if (this.#isFailure?.(error) === false) this.#succeeded();
    else this.#failed();
  }

  #succeeded(): void {
    if (this.#state === 'closed') this.#strategy.succeeded(this.#clock);
    else if (--this.#trialsToPass === 0) this.reset();
  }

  #failed(): void {
    if (this.#state === 'closed' && !this.#strategy.failed(this.#clock)) return;
    this.#openForMs = this.#resetAfterMs(++this.#openings, this.#openForMs);
    this.#trialsAtMs = this.#clock.now() + this.#openForMs;
    this.#trialsToStart = 0;
    this.#enter('open');
  }

  #enter(state: CircuitState): void {
    const previous = this.#state;
    this.#state = state;
    this.#era++;
    if (state === previous) return;
    this.#changes.push([state, previous]);
    // Else whoever is telling the change before goes on with this one, so that all hear both in their order.
    if (this.#changes.length === 1) this.#tellListeners();
  }

  #tellListeners(): void {
    for (const change of this.#changes) {
      for (const listener of this.#listeners) {
        try {
          listener(...change);
        } catch (error) {
          // Neither the breaker nor the call that made it change can answer for a listener.
          throwUncaught(error);
        }
      }
    }
    this.#changes.length = 0;
  }
}
