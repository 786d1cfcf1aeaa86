import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { WaitQueue } from '../waiting/wait-queue.ts';
import type { Policy, Work } from './policy.ts';
import { RateLimiterClosedError } from './rate-limiter-closed-error.ts';
import { startWork } from './start-work.ts';

/** What a {@link RateLimiter} keeps to. */
export interface RateLimit {
  /** Tokens that flow in every `perMs`; above 0, fractions allowed. */
  readonly rate: number;
  /** The span of time that `rate` speaks of, in milliseconds; above 0. Default 1000. */
  readonly perMs?: number;
  /** Tokens it holds when full, and so the most that can be taken at one moment; from 1. */
  readonly burst: number;
}

/** Settings of a {@link RateLimiter}. */
export interface RateLimiterOptions extends RateLimit {
  readonly clock?: Clock;
}

/** Below this, a wait is a rounding error of floating point numbers. */
const toleranceMs = 1e-6;

const taken = Promise.resolve();

/**
 * A token bucket: in any span of `t` milliseconds at most `burst + rate × t / perMs` tokens are taken, and a
 * steady taker gets exactly the rate, without drift. It starts full. First come, first served: nobody overtakes
 * a waiter that needs more. An abort leaves the line at once and takes nothing; closing refuses everybody in
 * line. No timer runs while nobody waits.
 *
 * @example
 * ```ts
 * import { RateLimiter } from '@zaphub/concurrency';
 *
 * const limiter = new RateLimiter({ rate: 80, burst: 10 }); // 80 a second, up to 10 together
 * await limiter.acquire();
 * console.log(await limiter.execute(() => 'sent'), limiter.tryAcquire(5));
 * limiter.configure({ rate: 40 });
 * limiter.close();
 * ```
 */
export class RateLimiter implements Policy {
  #limit: Required<RateLimit>;
  #msPerToken: number;
  readonly #clock: Clock;
  /** When the bucket was full. With `#takenSince` it gives every later level without adding up rounding errors. */
  #fullAtMs: number;
  #takenSince = 0;
  #isClosed = false;
  readonly #line = new WaitQueue<void, number>(() => this.#serve());
  /** Ends the timer for the first in line; `undefined` when nobody waits. */
  #cancelTimer: CancelTimer | undefined = undefined;

  /** @throws RangeError for a rate or span that is not above 0, or a burst below 1. */
  constructor({ rate, perMs = 1000, burst, clock = monotonicClock }: RateLimiterOptions) {
    this.#limit = checked({ rate, perMs, burst });
    this.#msPerToken = perMs / rate;
    this.#clock = clock;
    this.#fullAtMs = clock.now();
  }

  /** What it keeps to now. */
  get limit(): Required<RateLimit> {
    return this.#limit;
  }

  /** Takers in line. */
  get waiting(): number {
    return this.#line.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Takes tokens now, or takes none and answers `false` when there are too few, others wait, or it is closed.
   *
   * @throws RangeError for more tokens than it can ever hold.
   */
  tryAcquire(tokens = 1): boolean {
    if (!this.#canEverHold(tokens)) throw this.#refusal(tokens);
    return this.#tryTake(tokens);
  }

  /**
   * Waits in line until the tokens are there and takes them.
   *
   * @throws RangeError for more tokens than it can ever hold; the signal's reason when aborted;
   *   {@link RateLimiterClosedError}.
   */
  acquire(signal?: AbortSignal, tokens = 1): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#isClosed) return Promise.reject(new RateLimiterClosedError());
    if (!this.#canEverHold(tokens)) return Promise.reject(this.#refusal(tokens));
    if (this.#tryTake(tokens)) return taken;
    const turn = this.#line.wait(tokens, signal);
    if (this.#cancelTimer === undefined) this.#serve();
    return turn;
  }

  /** Runs the work once a token could be taken for it; the token is spent however the work ends. */
  execute<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return this.#tryTake(1) ? startWork(work, signal) : this.#executeInTurn(work, signal);
  }

  /**
   * Changes the limit from this moment on; what was gathered so far is kept, up to the new burst. The line stays
   * as it is, but for those who ask for more than the new burst: they are refused.
   *
   * @throws RangeError as the constructor does, changing nothing.
   */
  configure(change: Partial<RateLimit>): void {
    const limit = checked({ ...this.#limit, ...change });
    const nowMs = this.#clock.now();
    // What is more than the new burst is lost at the next look.
    const gathered = 1 - this.#dueInMs(1, nowMs) / this.#msPerToken;
    this.#limit = limit;
    this.#msPerToken = limit.perMs / limit.rate;
    this.#fullAtMs = nowMs;
    this.#takenSince = limit.burst - gathered;
    for (let waiter = this.#line.first; waiter !== undefined;) {
      const { next } = waiter;
      if (waiter.ask > limit.burst) waiter.refuse(this.#refusal(waiter.ask));
      waiter = next;
    }
    this.#serve();
  }

  /** Refuses everybody in line and everybody who comes later. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#line.refuseAll(new RateLimiterClosedError());
    this.#serve();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #executeInTurn<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    await this.acquire(signal);
    // Between its turn and this line the caller may have gone away.
    signal?.throwIfAborted();
    return await work(signal);
  }

  #tryTake(tokens: number): boolean {
    if (this.#line.size > 0 || this.#isClosed || this.#dueInMs(tokens, this.#clock.now()) > toleranceMs)
      return false;
    this.#takenSince += tokens;
    return true;
  }

  /** Serves whoever is due and sets the one timer for whoever is first then. */
  #serve(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      const dueInMs = this.#dueInMs(first.ask, this.#clock.now());
      if (dueInMs > toleranceMs) {
        // A timer may be a little early: then the next look sets another.
        this.#cancelTimer = this.#clock.timer(dueInMs, () => this.#serve());
        return;
      }
      this.#takenSince += first.ask;
      first.grant();
    }
  }

  #dueInMs(tokens: number, nowMs: number): number {
    if (nowMs - this.#fullAtMs >= this.#takenSince * this.#msPerToken) {
      // Full again: what flowed in beyond the brim is lost.
      this.#fullAtMs = nowMs;
      this.#takenSince = 0;
    }
    return this.#fullAtMs + (this.#takenSince + tokens - this.#limit.burst) * this.#msPerToken - nowMs;
  }

  #canEverHold(tokens: number): boolean {
    return tokens > 0 && tokens <= this.#limit.burst;
  }

  #refusal(tokens: number): RangeError {
    return new RangeError(`tokens must be above 0 and at most ${this.#limit.burst}, not ${tokens}`);
  }
}

function checked({ rate, perMs, burst }: Required<RateLimit>): Required<RateLimit> {
  if (!(rate > 0 && rate < Infinity)) throw new RangeError(`rate must be above 0, not ${rate}`);
  if (!(perMs > 0 && perMs < Infinity)) throw new RangeError(`perMs must be above 0, not ${perMs}`);
  if (!(burst >= 1 && burst < Infinity)) throw new RangeError(`burst must be at least 1, not ${burst}`);
  return { rate, perMs, burst };
}
