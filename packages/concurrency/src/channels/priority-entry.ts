import { type AbortTarget, AbortWatch } from '../waiting/abort-watch.ts';
import type { Ranked } from './priority-heap.ts';

/** A value that a priority channel holds. */
export class PriorityEntry<T> implements Ranked {
  readonly value: T;
  readonly rank: number;
  readonly order: number;
  place = 0;

  constructor(value: T, rank: number, order: number) {
    this.value = value;
    this.rank = rank;
    this.order = order;
  }
}

/** A value whose sender waits. Whoever takes it out of the line calls `accept` or `refuse`, or `leave` to tell nobody. */
export class WaitingEntry<T> extends PriorityEntry<T> implements AbortTarget {
  isWaiting = true;
  readonly #onAccepted: () => void;
  readonly #onRefused: (reason: unknown) => void;
  readonly #onAborted: (entry: WaitingEntry<T>) => void;
  #watch: AbortWatch | undefined = undefined;

  /** `onAborted` takes it out of the line. */
  constructor(
    value: T,
    rank: number,
    order: number,
    onAccepted: () => void,
    onRefused: (reason: unknown) => void,
    onAborted: (entry: WaitingEntry<T>) => void,
  ) {
    super(value, rank, order);
    this.#onAccepted = onAccepted;
    this.#onRefused = onRefused;
    this.#onAborted = onAborted;
  }

  leave(): void {
    this.isWaiting = false;
    this.#watch?.end();
  }

  accept(): void {
    this.leave();
    this.#onAccepted();
  }

  refuse(reason: unknown): void {
    this.leave();
    this.#onRefused(reason);
  }

  /** From now until it leaves, an abort takes it out of the line and refuses it with the signal's reason. */
  leaveOnAbort(signal: AbortSignal): void {
    this.#watch = new AbortWatch(signal, this);
  }

  abort(reason: unknown): undefined {
    this.#onAborted(this);
    this.refuse(reason);
  }
}
