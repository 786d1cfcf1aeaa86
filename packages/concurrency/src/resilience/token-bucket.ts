import { WaitQueue } from '../waiting/wait-queue.ts';
import { type Clock, monotonicClock } from '../time/clock.ts';

/** Settings of a {@link TokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens that flow in per second; above 0, fractions allowed. */
  readonly ratePerSecond: number;
  /** Tokens a full bucket holds, and so the most that can be taken at one moment; from 1. It starts full. */
  readonly burst: number;
  readonly clock?: Clock;
}

/** Below this, a wait is a rounding error of floating point numbers. */
const toleranceMs = 1e-6;

/**
 * Limits a rate: in any span of `t` seconds at most `burst + ratePerSecond × t` tokens are taken, and a steady
 * taker gets exactly the rate, without drift. Waiting takers are served first come, first served; nobody
 * overtakes one that needs more.
 */
export class TokenBucket {
  readonly burst: number;
  readonly #msPerToken: number;
  readonly #clock: Clock;
  /** When the bucket was last known to be full. With `#taken` it gives every later level without rounding drift. */
  #fullAtMs: number;
  /** Tokens taken since then. */
  #taken = 0;
  readonly #line = new WaitQueue<void, number>(() => this.#wakePump());
  /** Ends the pump's current sleep; `undefined` when no pump runs. */
  #pumpSleep: AbortController | undefined;

  /** @throws RangeError for a rate that is not above 0 or a burst below 1. */
  constructor({ ratePerSecond, burst, clock = monotonicClock }: TokenBucketOptions) {
    if (!(ratePerSecond > 0) || !Number.isFinite(ratePerSecond)) {
      throw new RangeError(`ratePerSecond must be above 0, not ${ratePerSecond}`);
    }
    if (!(burst >= 1) || !Number.isFinite(burst)) {
      throw new RangeError(`burst must be at least 1, not ${burst}`);
    }
    this.burst = burst;
    this.#msPerToken = 1000 / ratePerSecond;
    this.#clock = clock;
    this.#fullAtMs = clock.now();
  }

  /** Takers in line. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Takes tokens now, or takes none and answers `false` when there are too few or others wait.
   *
   * @throws RangeError for more tokens than the bucket can ever hold.
   */
  tryTake(tokens = 1): boolean {
    this.#checkTokens(tokens);
    if (this.#line.size > 0 || this.#dueInMs(tokens) > toleranceMs) return false;
    this.#taken += tokens;
    return true;
  }

  /**
   * Waits until the tokens are there and takes them. An aborted taker leaves the line at once and takes none.
   *
   * @throws RangeError for more tokens than the bucket can ever hold; the signal's reason when aborted.
   */
  async take(tokens = 1, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.tryTake(tokens)) return;
    const turn = this.#line.wait(tokens, signal);
    if (this.#pumpSleep === undefined) void this.#pump();
    await turn;
  }

  /** Serves the line, sleeping until the first in it is due; runs only while somebody waits. */
  async #pump(): Promise<void> {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      const dueInMs = this.#dueInMs(first.ask);
      if (dueInMs <= toleranceMs) {
        this.#taken += first.ask;
        first.grant();
        continue;
      }
      this.#pumpSleep = new AbortController();
      // Woken early when the first in line left; a timer may also be a little early. Both just look again.
      await this.#clock.sleep(dueInMs, this.#pumpSleep.signal).catch(() => undefined);
    }
    this.#pumpSleep = undefined;
  }

  #wakePump(): void {
    this.#pumpSleep?.abort();
  }

  #dueInMs(tokens: number): number {
    const nowMs = this.#clock.now();
    if (nowMs - this.#fullAtMs >= this.#taken * this.#msPerToken) {
      // Full again: what flowed in beyond the brim is lost.
      this.#fullAtMs = nowMs;
      this.#taken = 0;
    }
    return this.#fullAtMs + (this.#taken + tokens - this.burst) * this.#msPerToken - nowMs;
  }

  #checkTokens(tokens: number): void {
    if (!(tokens > 0) || tokens > this.burst) {
      throw new RangeError(`tokens must be above 0 and at most ${this.burst}, not ${tokens}`);
    }
  }
}
