import { type ChannelObserver, type ObservableChannel, observe } from '../inspect/observe.ts';
import { RingBuffer } from '../waiting/ring-buffer.ts';
import { Waiter, WaitQueue } from '../waiting/wait-queue.ts';
import { accepted } from './accepted.ts';
import { ChannelClosedError } from './channel-closed-error.ts';
import { ChannelFullError } from './channel-full-error.ts';
import type { Overflow } from './overflow.ts';
import {
  joinReceivers,
  joinSenders,
  type LeaveLine,
  type ReadableChannel,
  type Received,
  type WritableChannel,
} from './ports.ts';

export interface ChannelOptions {
  /** What happens to a value that comes while the channel is full; `block` by default. */
  readonly overflow?: Overflow;
}

/**
 * Hands values from senders to receivers in the order they were accepted, each to exactly one receiver. Holds at
 * most `capacity` values; then senders wait, first come first served, unless an overflow strategy says otherwise.
 * With capacity 0 a value goes straight from a sender to a receiver.
 *
 * Closing lets receivers drain what was accepted, refuses the senders that wait, and ends the receivers that wait.
 * An aborted wait leaves its line at once. Leaving a `for await` loop early leaves the channel open, since others
 * may read it too.
 *
 * @example
 * ```ts
 * import { Channel } from '@zaphub/concurrency';
 *
 * const numbers = new Channel<number>(16);
 * const producing = (async () => {
 *   for (let n = 1; n <= 3; n++) await numbers.send(n);
 *   numbers.close();
 * })();
 * let sum = 0;
 * for await (const n of numbers) sum += n;
 * await producing;
 * if (sum !== 6) throw new Error('1 + 2 + 3 is 6');
 * ```
 */
export class Channel<T> implements ReadableChannel<T>, WritableChannel<T>, ObservableChannel {
  /** Values it may hold. */
  readonly capacity: number;
  readonly overflow: Overflow;
  readonly #buffer = new RingBuffer<T>();
  /** Only while the buffer is full. */
  readonly #senders = new WaitQueue<void, T>((waiter) => this.#observer?.unblocked(waiter));
  /** Only while the buffer is empty and nobody but a `select` of the same channel waits to send. */
  readonly #receivers = new WaitQueue<Received<T>, undefined>((waiter) => this.#observer?.unblocked(waiter));
  #isClosed = false;
  #dropped = 0;
  #observer: ChannelObserver | undefined = undefined;

  /** @throws RangeError when the capacity is not a whole number from 0. */
  constructor(capacity: number, options: ChannelOptions = {}) {
    if (!Number.isInteger(capacity) || capacity < 0) {
      throw new RangeError(`capacity must be a whole number from 0, not ${capacity}`);
    }
    this.capacity = capacity;
    this.overflow = options.overflow ?? 'block';
  }

  /** Accepted values nobody has received. */
  get size(): number {
    return this.#buffer.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Values the overflow strategy has thrown away so far. */
  get dropped(): number {
    return this.#dropped;
  }

  get waitingSenders(): number {
    return this.#senders.size;
  }

  get waitingReceivers(): number {
    return this.#receivers.size;
  }

  /**
   * Resolves when the value is accepted: in the buffer or in a receiver's hands; at once when an overflow strategy
   * drops a value for it, or drops it. An aborted sender leaves at once and its value is never received.
   *
   * @throws ChannelClosedError `channel_closed`, also for those that wait when it closes; ChannelFullError
   * `channel_full`, with the strategy `error`; the signal's reason. All as rejections.
   */
  send(value: T, signal?: AbortSignal): Promise<void> {
    if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
    if (this.trySend(value)) return accepted;
    if (this.#isClosed) return Promise.reject(new ChannelClosedError());
    if (this.overflow === 'error') return Promise.reject(new ChannelFullError(this.capacity));
    return new Promise<void>((resolve, reject) => {
      const waiter = new Waiter<void, T>(value, resolve, reject);
      this.#lineUpToSend(waiter);
      if (signal !== undefined) waiter.leaveOnAbort(signal);
    });
  }

  /** Whether the value was taken without waiting; a strategy that drops takes every value until the channel closes. */
  trySend(value: T): boolean {
    if (this.#isClosed) return false;
    const receiver = this.#receivers.first;
    if (receiver !== undefined) {
      this.#observer?.sent();
      this.#observer?.received();
      this.#observer?.unblocked(receiver);
      receiver.grant({ done: false, value });
      return true;
    }
    if (this.#buffer.size < this.capacity) {
      this.#buffer.push(value);
      this.#observer?.sent();
      return true;
    }
    return this.#overflows(value);
  }

  /** The next value, waiting for one if need be. An aborted receiver leaves at once and takes no value with it. */
  receive(signal?: AbortSignal): Promise<Received<T>> {
    if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
    const ready = this.tryReceive();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise<Received<T>>((resolve, reject) => {
      const waiter = new Waiter<Received<T>, undefined>(undefined, resolve, reject);
      this.#lineUpToReceive(waiter);
      if (signal !== undefined) waiter.leaveOnAbort(signal);
    });
  }

  /** The next value if there is one without waiting, `done` when closed and empty, else `undefined`. */
  tryReceive(): Received<T> | undefined {
    const buffer = this.#buffer;
    const sender = this.#senders.first;
    if (buffer.size > 0) {
      const value = buffer.shift();
      // A place has become free: the first waiting value moves up, behind the others.
      if (sender !== undefined) {
        buffer.push(sender.ask);
        this.#accept(sender);
      }
      this.#observer?.received();
      return { done: false, value };
    }
    if (sender !== undefined) {
      this.#accept(sender);
      this.#observer?.received();
      return { done: false, value: sender.ask };
    }
    return this.#isClosed ? { done: true, value: undefined } : undefined;
  }

  /** Accepts no more values. Held ones can still be received; waiting senders are refused. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (let sender = this.#senders.first; sender !== undefined; sender = this.#senders.first) {
      this.#observer?.unblocked(sender);
      sender.refuse(new ChannelClosedError());
    }
    for (let receiver = this.#receivers.first; receiver !== undefined; receiver = this.#receivers.first) {
      this.#observer?.unblocked(receiver);
      receiver.grant({ done: true, value: undefined });
    }
  }

  /** Closes and forgets what is held: for a reader that wants no more. Idempotent. */
  cancel(): void {
    this.close();
    this.#buffer.clear();
  }

  /** Receives until the channel is closed and empty. Leaving the loop early leaves the channel open. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.receive() };
  }

  /** Closes. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return accepted;
  }

  [joinReceivers](onResult: (result: Received<T>) => void): LeaveLine {
    const waiter = new Waiter<Received<T>, undefined>(undefined, onResult, neverRefused);
    this.#lineUpToReceive(waiter);
    return () => this.#leaveLine(waiter);
  }

  [joinSenders](value: T, onAccepted: () => void, onRefused: (reason: unknown) => void): LeaveLine {
    const waiter = new Waiter<void, T>(value, onAccepted, onRefused);
    this.#lineUpToSend(waiter);
    return () => this.#leaveLine(waiter);
  }

  [observe](observer: ChannelObserver | undefined): void {
    this.#observer = observer;
  }

  #lineUpToReceive(waiter: Waiter<Received<T>, undefined>): void {
    this.#receivers.add(waiter);
    this.#observer?.blocked(waiter, 'receive');
  }

  #lineUpToSend(waiter: Waiter<void, T>): void {
    this.#senders.add(waiter);
    this.#observer?.blocked(waiter, 'send');
  }

  #leaveLine(waiter: Waiter<void, T> | Waiter<Received<T>, undefined>): void {
    if (waiter.queue === undefined) return;
    waiter.leave();
    this.#observer?.unblocked(waiter);
  }

  #accept(sender: Waiter<void, T>): void {
    this.#observer?.sent();
    this.#observer?.unblocked(sender);
    sender.grant();
  }

  /** The channel is full and open. */
  #overflows(value: T): boolean {
    const { overflow } = this;
    if (overflow === 'block' || overflow === 'error') return false;
    this.#dropped++;
    this.#observer?.dropped();
    if (overflow === 'drop-oldest' && this.capacity > 0) {
      this.#buffer.shift();
      this.#buffer.push(value);
      this.#observer?.sent();
    }
    return true;
  }
}

/** Receivers are granted `done` instead. */
const neverRefused = (): void => undefined;
