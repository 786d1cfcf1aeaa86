/**
 * Somebody who waits for a `T`, with whatever the primitive must know to serve them. A waiter is in its queue or
 * has left it, never both: whoever takes it out by `grant`, `refuse` or `leave` has decided its end.
 */
export class Waiter<T, Ask> {
  readonly ask: Ask;
  next: Waiter<T, Ask> | undefined = undefined;
  previous: Waiter<T, Ask> | undefined = undefined;
  /** `undefined` once it has left. */
  queue: WaitQueue<T, Ask> | undefined = undefined;
  readonly #onGrant: (value: T) => void;
  readonly #onRefuse: (reason: unknown) => void;

  constructor(ask: Ask, onGrant: (value: T) => void, onRefuse: (reason: unknown) => void) {
    this.ask = ask;
    this.#onGrant = onGrant;
    this.#onRefuse = onRefuse;
  }

  /** Gives the waiter what it waits for; it has left the queue. */
  grant(value: T): void {
    this.leave();
    this.#onGrant(value);
  }

  /** Ends the wait with an error; it has left the queue. */
  refuse(reason: unknown): void {
    this.leave();
    this.#onRefuse(reason);
  }

  /** Takes it out of the queue, in constant time; it is told nothing. Idempotent. */
  leave(): void {
    this.queue?.remove(this);
  }
}

/**
 * First in, first out, in constant time however many wait, with removal at once on abort. A waiter that was
 * granted or refused is settled: a later abort changes nothing.
 */
export class WaitQueue<T, Ask> {
  #first: Waiter<T, Ask> | undefined = undefined;
  #last: Waiter<T, Ask> | undefined = undefined;
  #size = 0;
  readonly #onAborted: (() => void) | undefined;

  /** `onAborted` runs after an aborted waiter has left: those behind it may now be served. */
  constructor(onAborted?: () => void) {
    this.#onAborted = onAborted;
  }

  get size(): number {
    return this.#size;
  }

  /** The first in line, still in it; the others follow by `next`. */
  get first(): Waiter<T, Ask> | undefined {
    return this.#first;
  }

  /** Joins the end of the line. @throws the signal's reason, at once when it aborts. */
  wait(ask: Ask, signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal === undefined) this.add(new Waiter<T, Ask>(ask, resolve, reject));
      else this.#addAbortable(ask, signal, resolve, reject);
    });
  }

  /** Puts a waiter that waits nowhere at the end of the line. */
  add(waiter: Waiter<T, Ask>): void {
    waiter.queue = this;
    waiter.previous = this.#last;
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    this.#size++;
  }

  /** Takes a waiter of this queue out; ask it to `leave` instead. */
  remove(waiter: Waiter<T, Ask>): void {
    if (waiter.queue !== this) return;
    const { next, previous } = waiter;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    waiter.queue = undefined;
    waiter.next = undefined;
    waiter.previous = undefined;
    this.#size--;
  }

  /** Gives everybody in line at this moment the same. */
  grantAll(value: T): void {
    for (let left = this.#size; left > 0; left--) this.#first?.grant(value);
  }

  /** Ends the wait of everybody in line at this moment with an error. */
  refuseAll(reason: unknown): void {
    for (let left = this.#size; left > 0; left--) this.#first?.refuse(reason);
  }

  #addAbortable(
    ask: Ask,
    signal: AbortSignal,
    resolve: (value: T) => void,
    reject: (reason: unknown) => void,
  ): void {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      waiter.leave();
      reject(signal.reason);
      this.#onAborted?.();
    };
    const waiter = new Waiter<T, Ask>(
      ask,
      (value) => {
        signal.removeEventListener('abort', onAbort);
        resolve(value);
      },
      (reason) => {
        signal.removeEventListener('abort', onAbort);
        reject(reason);
      },
    );
    this.add(waiter);
    signal.addEventListener('abort', onAbort, { once: true });
  }
}
