import { type ChannelObserver, type ObservableChannel, observe } from '../inspect/observe.ts';
import { type Clock, monotonicClock } from '../time/clock.ts';
import { Waiter, WaitQueue } from '../waiting/wait-queue.ts';
import { accepted } from './accepted.ts';
import { ChannelClosedError } from './channel-closed-error.ts';
import {
  joinReceivers,
  joinSenders,
  type LeaveLine,
  type ReadableChannel,
  type Received,
  type WritableChannel,
} from './ports.ts';
import { PriorityEntry, WaitingEntry } from './priority-entry.ts';
import { PriorityHeap, precedes } from './priority-heap.ts';
import { PrioritySender } from './priority-sender.ts';

export interface PriorityChannelOptions {
  /**
   * Ageing: after this many milliseconds, waiting or held, a value counts as one priority higher. So a value of
   * priority `p` is overtaken only by values of a higher priority `q` that are sent within `(q - p) * ageingMs` after
   * it, and none starves while receivers keep receiving. Without it, a steady supply of higher priorities starves
   * the lower.
   */
  readonly ageingMs?: number;
  /** Read only for ageing. */
  readonly clock?: Clock;
}

/**
 * Hands each value to exactly one receiver, the highest priority first (any number; 10 comes before 1), and in the
 * order they were sent within a priority. Holds at most `capacity` values; then senders wait. A receiver is given
 * the best of what is held and of what senders wait with; a place that becomes free goes to the best that waits.
 *
 * Closing lets receivers drain what was accepted, refuses the senders that wait and ends the receivers that wait. An
 * aborted wait leaves its line at once. Leaving a `for await` loop early leaves the channel open.
 *
 * @example
 * ```ts
 * import { PriorityChannel } from '@zaphub/concurrency';
 *
 * const tasks = new PriorityChannel<string>(10, { ageingMs: 1000 });
 * await tasks.send('sweep', 1);
 * await tasks.send('put out the fire', 10);
 * const first = await tasks.receive();
 * if (first.value !== 'put out the fire') throw new Error('it is urgent');
 * ```
 */
export class PriorityChannel<T> implements ReadableChannel<T>, ObservableChannel {
  /** Values it may hold. */
  readonly capacity: number;
  readonly #msPerPriority: number | undefined;
  readonly #clock: Clock;
  readonly #held = new PriorityHeap<PriorityEntry<T>>();
  /** Only while as much is held as may be. */
  readonly #senders = new PriorityHeap<WaitingEntry<T>>();
  /** Only while nothing is held and nobody but a `select` of the same channel waits to send. */
  readonly #receivers = new WaitQueue<Received<T>, undefined>((waiter) => this.#observer?.unblocked(waiter));
  #sends = 0;
  #isClosed = false;
  #observer: ChannelObserver | undefined = undefined;

  /** @throws RangeError when the capacity is not a whole number from 0, or `ageingMs` not a number above 0. */
  constructor(capacity: number, options: PriorityChannelOptions = {}) {
    const { ageingMs, clock = monotonicClock } = options;
    if (!Number.isInteger(capacity) || capacity < 0) {
      throw new RangeError(`capacity must be a whole number from 0, not ${capacity}`);
    }
    if (ageingMs !== undefined && !(ageingMs > 0)) {
      throw new RangeError(`ageingMs must be above 0, not ${ageingMs}`);
    }
    this.capacity = capacity;
    this.#msPerPriority = ageingMs;
    this.#clock = clock;
  }

  /** Accepted values nobody has received. */
  get size(): number {
    return this.#held.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** It drops nothing. */
  get dropped(): number {
    return 0;
  }

  get waitingSenders(): number {
    return this.#senders.size;
  }

  get waitingReceivers(): number {
    return this.#receivers.size;
  }

  /**
   * The writing end for one priority, for whoever takes a {@link WritableChannel}; closing it closes the channel.
   *
   * @throws RangeError when the priority is not a number.
   */
  at(priority: number): WritableChannel<T> {
    if (Number.isNaN(priority)) throw notAPriority();
    return new PrioritySender(this, priority);
  }

  /**
   * Resolves when the value is accepted: held or in a receiver's hands. An aborted sender leaves at once and its
   * value is never received.
   *
   * @throws ChannelClosedError `channel_closed`, also for those that wait when it closes; RangeError when the
   * priority is not a number; the signal's reason. All as rejections.
   */
  send(value: T, priority: number, signal?: AbortSignal): Promise<void> {
    if (Number.isNaN(priority)) return Promise.reject(notAPriority());
    if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
    if (this.trySend(value, priority)) return accepted;
    if (this.#isClosed) return Promise.reject(new ChannelClosedError());
    return new Promise<void>((resolve, reject) => {
      const sender = this.#lineUpToSend(value, priority, resolve, reject);
      if (signal !== undefined) sender.leaveOnAbort(signal);
    });
  }

  /** Whether the value was accepted without waiting. @throws RangeError when the priority is not a number. */
  trySend(value: T, priority: number): boolean {
    if (Number.isNaN(priority)) throw notAPriority();
    if (this.#isClosed) return false;
    const receiver = this.#receivers.first;
    if (receiver !== undefined) {
      this.#observer?.sent();
      this.#observer?.received();
      this.#observer?.unblocked(receiver);
      receiver.grant({ done: false, value });
      return true;
    }
    if (this.#held.size >= this.capacity) return false;
    this.#held.push(new PriorityEntry(value, this.#rankOf(priority), this.#sends++));
    this.#observer?.sent();
    return true;
  }

  /** The best value, waiting for one if need be. An aborted receiver leaves at once and takes no value with it. */
  receive(signal?: AbortSignal): Promise<Received<T>> {
    if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
    const ready = this.tryReceive();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise<Received<T>>((resolve, reject) => {
      const waiter = this.#lineUpToReceive(resolve, reject);
      if (signal !== undefined) waiter.leaveOnAbort(signal);
    });
  }

  /** The best value if there is one without waiting, `done` when closed and empty, else `undefined`. */
  tryReceive(): Received<T> | undefined {
    const held = this.#held.first;
    const sender = this.#senders.first;
    if (sender === undefined) {
      if (held === undefined) return this.#isClosed ? { done: true, value: undefined } : undefined;
      this.#held.remove(held);
      this.#observer?.received();
      return { done: false, value: held.value };
    }
    this.#senders.remove(sender);
    let best: PriorityEntry<T> = sender;
    if (held !== undefined && precedes(held, sender)) {
      // A place has become free: the best that waits moves up.
      this.#held.remove(held);
      this.#held.push(sender);
      best = held;
    }
    this.#observer?.sent();
    this.#observer?.unblocked(sender);
    this.#observer?.received();
    sender.accept();
    return { done: false, value: best.value };
  }

  /** Accepts no more values. Held ones can still be received; waiting senders are refused. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (let sender = this.#senders.first; sender !== undefined; sender = this.#senders.first) {
      this.#leaveLine(sender);
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
    this.#held.clear();
  }

  /** Receives until the channel is closed and empty. Leaving the loop early leaves the channel open. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.receive() };
  }

  /** Closes. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return accepted;
  }

  [joinReceivers](onResult: (result: Received<T>) => void): LeaveLine {
    const waiter = this.#lineUpToReceive(onResult, neverRefused);
    return () => {
      if (waiter.queue === undefined) return;
      waiter.leave();
      this.#observer?.unblocked(waiter);
    };
  }

  /** As {@link WritableChannel}'s, at a priority. */
  [joinSenders](
    value: T,
    priority: number,
    onAccepted: () => void,
    onRefused: (reason: unknown) => void,
  ): LeaveLine {
    const sender = this.#lineUpToSend(value, priority, onAccepted, onRefused);
    return () => {
      if (!sender.isWaiting) return;
      sender.leave();
      this.#leaveLine(sender);
    };
  }

  [observe](observer: ChannelObserver | undefined): void {
    this.#observer = observer;
  }

  /**
   * Ageing adds the same to every value's priority as time passes, so what each had at time 0 orders them for ever:
   * no value has to be moved as it ages.
   */
  #rankOf(priority: number): number {
    return this.#msPerPriority === undefined ? priority : priority - this.#clock.now() / this.#msPerPriority;
  }

  #lineUpToReceive(
    onResult: (result: Received<T>) => void,
    onRefused: (reason: unknown) => void,
  ): Waiter<Received<T>, undefined> {
    const waiter = new Waiter<Received<T>, undefined>(undefined, onResult, onRefused);
    this.#receivers.add(waiter);
    this.#observer?.blocked(waiter, 'receive');
    return waiter;
  }

  #lineUpToSend(
    value: T,
    priority: number,
    onAccepted: () => void,
    onRefused: (reason: unknown) => void,
  ): WaitingEntry<T> {
    const sender = new WaitingEntry<T>(
      value,
      this.#rankOf(priority),
      this.#sends++,
      onAccepted,
      onRefused,
      (entry) => this.#leaveLine(entry),
    );
    this.#senders.push(sender);
    this.#observer?.blocked(sender, 'send');
    return sender;
  }

  #leaveLine(sender: WaitingEntry<T>): void {
    this.#senders.remove(sender);
    this.#observer?.unblocked(sender);
  }
}

/** Receivers are granted `done` instead. */
const neverRefused = (): void => undefined;

const notAPriority = (): RangeError => new RangeError('the priority must be a number');
