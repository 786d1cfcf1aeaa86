import type { EventReader } from './event-reader.ts';

/** How often things are done for each reader. */
export interface SweepOptions {
  readonly heartbeatMs: number;
  readonly recheckMs: number;
  /** How long an ended stream may take to be read to its end. */
  readonly lingerMs: number;
  /** 0 ≤ x < 1: spreads what is regular, so that 20,000 heartbeats are never due at once. */
  readonly random: () => number;
}

/** What is done when it is due. */
export interface SweepActions {
  expire(reader: EventReader): void;
  recheck(reader: EventReader): void;
  heartbeat(reader: EventReader): void;
}

/** Looks after every reader with one timer: expiry, permission, heartbeats, and ended streams nobody reads. */
export class ReaderSweep {
  readonly #options: SweepOptions;
  readonly #actions: SweepActions;
  readonly #open: EventReader[] = [];
  readonly #ended = new Set<EventReader>();
  #timer: NodeJS.Timeout | undefined;
  readonly #tickMs: number;

  constructor(options: SweepOptions, actions: SweepActions) {
    this.#options = options;
    this.#actions = actions;
    this.#tickMs = Math.max(5, Math.min(250, options.heartbeatMs / 4, options.recheckMs / 4));
  }

  get size(): number {
    return this.#open.length;
  }

  add(reader: EventReader): void {
    const now = performance.now();
    // The first time anywhere in the period, then once a period: mass reconnects are spread out by this.
    reader.heartbeatAt = now + this.#options.heartbeatMs * this.#options.random();
    reader.recheckAt = now + this.#options.recheckMs * (1 - this.#options.random() / 2);
    reader.index = this.#open.push(reader) - 1;
    this.#timer ??= setInterval(() => this.#tick(), this.#tickMs);
  }

  /** The reader was ended, or has left: nothing is sent to it any more. */
  remove(reader: EventReader): void {
    const last = this.#open.pop();
    if (last !== undefined && last !== reader) {
      this.#open[reader.index] = last;
      last.index = reader.index;
    }
    reader.cutAt = performance.now() + this.#options.lingerMs;
    this.#ended.add(reader);
  }

  forget(reader: EventReader): void {
    this.#ended.delete(reader);
    this.#rest();
  }

  /** A copy, because ending readers changes the list. */
  all(): EventReader[] {
    return [...this.#open];
  }

  #tick(): void {
    const now = performance.now();
    const today = Date.now();
    // Backwards: who is ended while we look is replaced by one that was looked at already.
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const reader = this.#open[i];
      if (reader === undefined) continue;
      if (today >= reader.expiresAtMs) {
        this.#actions.expire(reader);
        continue;
      }
      if (now >= reader.recheckAt) {
        reader.recheckAt = now + this.#options.recheckMs;
        this.#actions.recheck(reader);
      }
      if (now >= reader.heartbeatAt) {
        reader.heartbeatAt = now + this.#options.heartbeatMs;
        this.#actions.heartbeat(reader);
      }
    }
    for (const reader of this.#ended) {
      if (now < reader.cutAt) continue;
      reader.cutAt = Number.POSITIVE_INFINITY; // 'close' follows, and then it is forgotten
      reader.destroy();
    }
  }

  #rest(): void {
    if (this.#open.length > 0 || this.#ended.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
