/** Somebody who waits for a `T`, with whatever the primitive must know to serve them. */
export interface Waiter<T, Ask> {
  readonly ask: Ask;
  /** Gives the waiter what it waits for; it has left the queue. */
  grant(value: T): void;
  /** Ends the wait with an error; it has left the queue. */
  refuse(reason: unknown): void;
}

/**
 * First in, first out, with removal at once on abort. A waiter is in the queue or settled, never both: whoever
 * takes it out by `grant` or `refuse` has decided its end, and a later abort changes nothing.
 */
export class WaitQueue<T, Ask> {
  /** In order of arrival; a Set removes from the middle without searching. */
  readonly #waiters = new Set<Waiter<T, Ask>>();
  readonly #onLeave: () => void;

  /** `onLeave` runs after an aborted waiter has left: those behind it may now be served. */
  constructor(onLeave: () => void = () => undefined) {
    this.#onLeave = onLeave;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** The first in line, still in it. */
  get first(): Waiter<T, Ask> | undefined {
    return this.#waiters.values().next().value;
  }

  /** Joins the end of the line. @throws the signal's reason, at once when it aborts. */
  wait(ask: Ask, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const leave = (): void => {
        this.#waiters.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter<T, Ask> = {
        ask,
        grant: (value) => {
          leave();
          resolve(value);
        },
        refuse: (reason) => {
          leave();
          reject(reason);
        },
      };
      const onAbort = (): void => {
        waiter.refuse(signal?.reason);
        this.#onLeave();
      };
      this.#waiters.add(waiter);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Empties the line with an error for each. */
  refuseAll(reason: unknown): void {
    for (const waiter of this.#waiters) waiter.refuse(reason);
  }
}
