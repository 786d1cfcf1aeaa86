import type { Clock, LatencyHistogram } from '@zaphub/concurrency';
import { awakeTimer } from './awake-timer.ts';
import { RedisError, toRedisError } from './redis-error.ts';

interface Pending {
  readonly name: string;
  readonly startedAt: number;
  readonly reject: (error: RedisError) => void;
  isSettled: boolean;
}

/** What {@link InFlight} needs. */
export interface InFlightOptions {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly latency: LatencyHistogram;
  /** A command had no answer in time: the connection is not to be trusted. */
  readonly onTimeout: () => void;
}

/**
 * The commands that have left on one connection, oldest first. All have the same time, so one timer that looks at
 * the oldest watches over them all.
 */
export class InFlight {
  /** Sent and not yet answered. */
  size = 0;
  readonly #options: InFlightOptions;
  #whenIdle: PromiseWithResolvers<void> | undefined;
  #line: Pending[] = [];
  #head = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: InFlightOptions) {
    this.#options = options;
  }

  /** Sends by calling `send`; settles with its answer, or with `redis_timeout`, or when `failAll` is called. */
  track(name: string, send: () => Promise<unknown>): Promise<unknown> {
    const { clock, latency, timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const pending: Pending = { name, startedAt: clock.now(), reject, isSettled: false };
      this.#line.push(pending);
      this.size++;
      if (this.#cancelTimer === undefined) this.#checkIn(timeoutMs);
      send().then(
        (reply) => {
          if (!this.#settle(pending)) return;
          latency.record(clock.now() - pending.startedAt);
          resolve(reply);
        },
        (error: unknown) => {
          if (this.#settle(pending)) reject(toRedisError(error, name));
        },
      );
    });
  }

  /** The connection is gone, and with it the answers. */
  failAll(): void {
    const lost = this.#line.slice(this.#head);
    for (const pending of lost) {
      if (!this.#settle(pending)) continue;
      pending.reject(
        new RedisError('redis_unavailable', `Redis went away before it answered ${pending.name}`),
      );
    }
  }

  /** Resolves when nothing is unanswered. */
  untilIdle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    this.#whenIdle ??= Promise.withResolvers();
    return this.#whenIdle.promise;
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.failAll();
  }

  #settle(pending: Pending): boolean {
    if (pending.isSettled) return false;
    pending.isSettled = true;
    this.size--;
    if (this.size === 0) {
      this.#whenIdle?.resolve();
      this.#whenIdle = undefined;
    }
    this.#forgetSettled();
    return true;
  }

  /** Answers come in order, so what is settled stands almost always at the head. */
  #forgetSettled(): void {
    while (this.#line[this.#head]?.isSettled === true) this.#head++;
    if (this.#head === this.#line.length) {
      this.#line = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#head);
      this.#head = 0;
    }
  }

  #checkIn(delayMs: number): void {
    this.#cancelTimer = awakeTimer(this.#options.clock, delayMs, () => this.#check());
  }

  #check(): void {
    const { clock, timeoutMs, onTimeout } = this.#options;
    this.#cancelTimer = undefined;
    const now = clock.now();
    let isLate = false;
    for (;;) {
      const oldest = this.#line[this.#head];
      // A millisecond of grace: timers may fire a little early.
      if (oldest === undefined || now - oldest.startedAt < timeoutMs - 1) break;
      isLate = true;
      this.#settle(oldest);
      oldest.reject(
        new RedisError('redis_timeout', `Redis did not answer ${oldest.name} within ${timeoutMs} ms`),
      );
    }
    const next = this.#line[this.#head];
    if (next !== undefined) this.#checkIn(Math.max(1, timeoutMs - (now - next.startedAt)));
    if (isLate) onTimeout();
  }
}
