import { type AbortTarget, AbortWatch } from './abort-watch.ts';

/**
 * Somebody who waits for a `T`, with whatever the primitive must know to serve them. A waiter is in its queue or
 * has left it, never both: whoever takes it out by `grant`, `refuse`, `abort` or `leave` has decided its end.
 */
export class Waiter<T, Ask> implements AbortTarget {
  readonly ask: Ask;
  next: Waiter<T, Ask> | undefined = undefined;
  previous: Waiter<T, Ask> | undefined = undefined;
  /** `undefined` once it has left. */
  queue: WaitQueue<T, Ask> | undefined = undefined;
  readonly #onGrant: (value: T) => void;
  readonly #onRefuse: (reason: unknown) => void;
  #watch: AbortWatch | undefined = undefined;

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
    this.#watch?.end();
  }

  /** From now until it leaves, an abort refuses it with the signal's reason. The signal must not have aborted. */
  leaveOnAbort(signal: AbortSignal): void {
    this.#watch = new AbortWatch(signal, this);
  }

  /** Ends the wait because its signal aborted, and returns what its queue does about that. */
  abort(reason: unknown): (() => void) | undefined {
    const onAborted = this.queue?.onAborted;
    this.refuse(reason);
    return onAborted && (() => onAborted(this, reason));
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
  /** Runs after an aborted waiter has left, and all others that wait with the same signal. */
  readonly onAborted: ((waiter: Waiter<T, Ask>, reason: unknown) => void) | undefined;

  /** `onAborted` runs after an aborted waiter has left: those behind it may now be served. */
  constructor(onAborted?: (waiter: Waiter<T, Ask>, reason: unknown) => void) {
    this.onAborted = onAborted;
  }

  get size(): number {
    return this.#size;
  }

  /** The first in line, still in it; the others follow by `next`. */
  get first(): Waiter<T, Ask> | undefined {
    return this.#first;
  }

  /**
   * Joins the end of the line; `onJoined` is told as whom. What only the served need is best made when they are
   * served: what a long line keeps alive is what it costs.
   *
   * @throws the signal's reason, at once when it aborts.
   */
  wait(ask: Ask, signal?: AbortSignal, onJoined?: (waiter: Waiter<T, Ask>) => void): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter = new Waiter<T, Ask>(ask, resolve, reject);
    this.add(waiter);
    if (signal !== undefined) waiter.leaveOnAbort(signal);
    onJoined?.(waiter);
    return promise;
  }

  /** Puts a waiter that waits nowhere at the end of the line. */
  add(waiter: Waiter<T, Ask>): void {
    const last = this.#last;
    waiter.queue = this;
    waiter.previous = last;
    if (last === undefined) this.#first = waiter;
    else last.next = waiter;
    this.#last = waiter;
    this.#size++;
  }

  /** Takes a waiter of this queue out, to put it into another; to end its wait, ask it to `leave`. */
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
}
