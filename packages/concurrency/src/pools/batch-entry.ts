import type { Linked, LinkedList } from './linked-list.ts';

/** An item on its way through a batch processor, and those who settle its promise. */
export class BatchEntry<T, R> implements Linked<BatchEntry<T, R>> {
  readonly item: T;
  readonly sizeBytes: number;
  next: BatchEntry<T, R> | undefined = undefined;
  previous: BatchEntry<T, R> | undefined = undefined;
  /** Where it waits, for room or in a batch; `undefined` once its batch has gone. */
  list: LinkedList<BatchEntry<T, R>> | undefined = undefined;
  readonly #resolve: (result: R) => void;
  readonly #reject: (reason: unknown) => void;
  #stopListening: (() => void) | undefined = undefined;

  constructor(item: T, sizeBytes: number, resolve: (result: R) => void, reject: (reason: unknown) => void) {
    this.item = item;
    this.sizeBytes = sizeBytes;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Puts it at the end of a list; it is in none. */
  join(list: LinkedList<BatchEntry<T, R>>): void {
    this.list = list;
    list.push(this);
  }

  /** Rejects as soon as the signal aborts, unless settled before, then calls back. */
  obey(signal: AbortSignal, onAborted: () => void): void {
    const onAbort = (): void => {
      this.fail(signal.reason);
      onAborted();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#stopListening = () => signal.removeEventListener('abort', onAbort);
  }

  succeed(result: R): void {
    if (this.#stopListening !== undefined) this.#stopListening();
    this.#resolve(result);
  }

  fail(reason: unknown): void {
    if (this.#stopListening !== undefined) this.#stopListening();
    this.#reject(reason);
  }
}
