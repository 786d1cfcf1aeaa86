import { type AbortTarget, AbortWatch } from '../waiting/abort-watch.ts';
import type { Batch } from './batch.ts';
import type { Linked } from './linked-list.ts';

/** An item that may still be taken back: its adder may give up, or it waits for room. */
export class BatchEntry<T, R> implements Linked<BatchEntry<T, R>>, AbortTarget {
  readonly item: T;
  readonly sizeBytes: number;
  next: BatchEntry<T, R> | undefined = undefined;
  previous: BatchEntry<T, R> | undefined = undefined;
  /** It waits for room. */
  isBlocked = false;
  /** `undefined` until it has found a place in one. */
  batch: Batch<T, R> | undefined = undefined;
  readonly #resolve: (result: R) => void;
  readonly #reject: (reason: unknown) => void;
  #watch: AbortWatch | undefined = undefined;
  #onAborted: (() => (() => void) | undefined) | undefined = undefined;

  constructor(item: T, sizeBytes: number, resolve: (result: R) => void, reject: (reason: unknown) => void) {
    this.item = item;
    this.sizeBytes = sizeBytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /**
   * Rejects as soon as the signal aborts, unless settled before, then calls back; what that returns runs when all
   * who share the signal have been told.
   */
  obey(signal: AbortSignal, onAborted: () => (() => void) | undefined): void {
    this.#onAborted = onAborted;
    this.#watch = new AbortWatch(signal, this);
  }

  abort(reason: unknown): (() => void) | undefined {
    this.#reject(reason);
    return this.#onAborted?.();
  }

  readonly succeed = (result: R): void => {
    this.#watch?.end();
    this.#resolve(result);
  };

  readonly fail = (reason: unknown): void => {
    this.#watch?.end();
    this.#reject(reason);
  };
}
