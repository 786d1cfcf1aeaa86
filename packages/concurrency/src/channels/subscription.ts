import { RingBuffer } from '../waiting/ring-buffer.ts';
import { Waiter, WaitQueue } from '../waiting/wait-queue.ts';
import { accepted } from './accepted.ts';
import type { Delivery } from './delivery.ts';
import type { Overflow } from './overflow.ts';
import { joinReceivers, type LeaveLine, type ReadableChannel, type Received } from './ports.ts';
import { soleReader } from './receiving.ts';

export interface SubscriptionOptions {
  /** Values that may wait for this reader. */
  readonly capacity: number;
  /**
   * What happens to a value that comes while as many wait: the oldest is thrown away for it (`drop-oldest`), it is
   * thrown away itself (`drop-newest`), or the subscription ends for good (`disconnect`) and its reader can drain
   * what it has. It cannot block: that would let one subscriber stop the others.
   */
  readonly overflow: Extract<Overflow, 'drop-oldest' | 'drop-newest'> | 'disconnect';
}

/**
 * One reader's view of a broadcast: every value since it subscribed, in order, but for those its strategy dropped.
 * Leaving its `for await` loop, or `cancel`, unsubscribes. Results are shared with other readers: do not change them.
 */
export interface Subscription<T> extends ReadableChannel<T> {
  readonly capacity: number;
  /** Values that wait for the reader. */
  readonly size: number;
  /** Values its strategy threw away; what was sent after it was disconnected is not counted. */
  readonly dropped: number;
  /** Whether it ended because its reader was too slow. */
  readonly isDisconnected: boolean;
  /** Unsubscribes and forgets what it holds; those that wait to receive are told the end. Idempotent. */
  cancel(): void;
  /** Cancels. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The subscription as its broadcast knows it. */
export class Subscriber<T> implements Subscription<T> {
  readonly capacity: number;
  readonly #overflow: SubscriptionOptions['overflow'];
  readonly #buffer = new RingBuffer<Delivery<T>>();
  /** Only while the buffer is empty. */
  readonly #receivers = new WaitQueue<Received<T>, undefined>();
  readonly #unsubscribe: (subscriber: Subscriber<T>) => void;
  #isClosed = false;
  #isDisconnected = false;
  #dropped = 0;

  constructor({ capacity, overflow }: SubscriptionOptions, unsubscribe: (subscriber: Subscriber<T>) => void) {
    if (!Number.isInteger(capacity) || capacity < 0) {
      throw new RangeError(`capacity must be a whole number from 0, not ${capacity}`);
    }
    this.capacity = capacity;
    this.#overflow = overflow;
    this.#unsubscribe = unsubscribe;
  }

  get size(): number {
    return this.#buffer.size;
  }

  get dropped(): number {
    return this.#dropped;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isDisconnected(): boolean {
    return this.#isDisconnected;
  }

  receive(signal?: AbortSignal): Promise<Received<T>> {
    if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
    if (this.#buffer.size > 0) return this.#buffer.shift().promise;
    if (this.#isClosed) return Promise.resolve({ done: true, value: undefined });
    return this.#receivers.wait(undefined, signal);
  }

  tryReceive(): Received<T> | undefined {
    if (this.#buffer.size > 0) return this.#buffer.shift().result;
    return this.#isClosed ? { done: true, value: undefined } : undefined;
  }

  cancel(): void {
    this.#unsubscribe(this);
    this.close();
    this.#buffer.clear();
  }

  /** Takes the value, or does with it what the strategy says. */
  deliver(delivery: Delivery<T>): void {
    const receiver = this.#receivers.first;
    if (receiver !== undefined) receiver.grant(delivery.result);
    else if (this.#buffer.size < this.capacity) this.#buffer.push(delivery);
    else this.#overflowWith(delivery);
  }

  /** No more values; what it holds can still be received. */
  close(): void {
    this.#isClosed = true;
    this.#receivers.grantAll({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return soleReader(this, () => this.receive());
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return accepted;
  }

  [joinReceivers](onResult: (result: Received<T>) => void): LeaveLine {
    const waiter = new Waiter<Received<T>, undefined>(undefined, onResult, neverRefused);
    this.#receivers.add(waiter);
    return () => waiter.leave();
  }

  #overflowWith(delivery: Delivery<T>): void {
    if (this.#overflow === 'disconnect') {
      this.#isDisconnected = true;
      this.#unsubscribe(this);
      this.close();
      return;
    }
    this.#dropped++;
    if (this.#overflow === 'drop-oldest' && this.capacity > 0) {
      this.#buffer.shift();
      this.#buffer.push(delivery);
    }
  }
}

/** Receivers are granted `done` instead. */
const neverRefused = (): void => undefined;
