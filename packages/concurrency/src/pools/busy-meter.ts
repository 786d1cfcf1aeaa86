import type { Clock } from '../time/clock.ts';

/** How many are busy on average over time, exactly: told of each change, it never samples. */
export class BusyMeter {
  readonly #clock: Pick<Clock, 'now'>;
  #busy = 0;
  #sinceMs: number;
  #startMs: number;
  /** Busy milliseconds of all together until `#sinceMs`. */
  #sumMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#sinceMs = this.#startMs;
  }

  /** From now on so many are busy. */
  set(busy: number): void {
    this.#count(this.#clock.now());
    this.#busy = busy;
  }

  /** The average since the last call, or since it was made; those busy now when no time has passed. */
  take(): number {
    const nowMs = this.#clock.now();
    this.#count(nowMs);
    const spentMs = nowMs - this.#startMs;
    const average = spentMs > 0 ? this.#sumMs / spentMs : this.#busy;
    this.#startMs = nowMs;
    this.#sumMs = 0;
    return average;
  }

  #count(nowMs: number): void {
    this.#sumMs += this.#busy * (nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
  }
}
