import type { Batch } from './batch.ts';
import type { Linked } from './linked-list.ts';

/** An item that may still be taken back: its adder may give up, or it waits for room. */
export class BatchEntry<T, R> implements Linked<BatchEntry<T, R>> {
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
  #stopListening: (() => void) | undefined = undefined;

  constructor(item: T, sizeBytes: number, resolve: (result: R) => void, reject: (reason: unknown) => void) {
    this.item = item;
    this.sizeBytes = sizeBytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Rejects as soon as the signal aborts, unless settled before, then calls back. */
  obey(signal: AbortSignal, onAborted: () => void): void {
    const onAbort = (): void => {
      this.#reject(signal.reason);
      onAborted();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', onAbort);
  }

  readonly succeed = (result: R): void => {
    this.#stopListening?.();
    this.#resolve(result);
  };

  readonly fail = (reason: unknown): void => {
    this.#stopListening?.();
    this.#reject(reason);
  };
}
