import { WaitQueue } from '../waiting/wait-queue.ts';
import { ChannelClosedError } from './channel-closed-error.ts';
import { Fifo } from '../waiting/fifo.ts';
import type { Received } from './ports.ts';

/**
 * Hands values from senders to receivers in the order they were accepted, each to exactly one receiver. Holds at
 * most `capacity` values; then senders wait. With capacity 0 a value goes straight from a sender to a receiver.
 *
 * Closing lets receivers drain what was accepted; senders that still wait are refused.
 */
export class Channel<T> implements AsyncIterable<T, undefined> {
  readonly capacity: number;
  readonly #buffer = new Fifo<T>();
  /** Only while the buffer is full. */
  readonly #senders = new WaitQueue<void, T>();
  /** Only while the buffer is empty and no sender waits. */
  readonly #receivers = new WaitQueue<Received<T>, undefined>();
  #isClosed = false;

  /** @throws RangeError when the capacity is not a whole number from 0. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 0) {
      throw new RangeError(`capacity must be a whole number from 0, not ${capacity}`);
    }
    this.capacity = capacity;
  }

  /** Accepted values nobody has received. */
  get size(): number {
    return this.#buffer.size;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Resolves when the value is accepted: in the buffer or in a receiver's hands. An aborted sender leaves at once
   * and its value is never received.
   *
   * @throws ChannelClosedError `channel_closed`, also for those that wait when it closes; the signal's reason.
   */
  async send(value: T, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.trySend(value)) return;
    if (this.#isClosed) throw new ChannelClosedError();
    await this.#senders.wait(value, signal);
  }

  /** Whether the value could be accepted without waiting. */
  trySend(value: T): boolean {
    if (this.#isClosed) return false;
    const receiver = this.#receivers.first;
    if (receiver !== undefined) {
      receiver.grant({ done: false, value });
      return true;
    }
    if (this.#buffer.size >= this.capacity) return false;
    this.#buffer.push(value);
    return true;
  }

  /** The next value, waiting for one if need be. An aborted receiver leaves at once and takes no value with it. */
  receive(signal?: AbortSignal): Promise<Received<T>> {
    // Not an async function: its extra ticks would let a later receiver's value be seen before an earlier one's.
    const ready = signal?.aborted === true ? undefined : this.tryReceive();
    return ready === undefined ? this.#receivers.wait(undefined, signal) : Promise.resolve(ready);
  }

  /** The next value if there is one without waiting, `done` when closed and empty, else `undefined`. */
  tryReceive(): Received<T> | undefined {
    const buffered = this.#buffer.shift();
    const sender = this.#senders.first;
    if (buffered !== undefined) {
      // A place has become free: the first waiting value moves up, behind the others.
      if (sender !== undefined) this.#buffer.push(sender.ask);
      sender?.grant();
      return { done: false, value: buffered.value };
    }
    if (sender !== undefined) {
      sender.grant();
      return { done: false, value: sender.ask };
    }
    return this.#isClosed ? { done: true, value: undefined } : undefined;
  }

  /** Accepts no more values. Buffered ones can still be received; waiting senders are refused. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#senders.refuseAll(new ChannelClosedError());
    for (let waiting = this.#receivers.first; waiting !== undefined; waiting = this.#receivers.first) {
      waiting.grant({ done: true, value: undefined });
    }
  }

  /** Receives until the channel is closed and empty. Leaving the loop early leaves the channel open. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: () => this.receive() };
  }

  /** Closes. */
  [Symbol.dispose](): void {
    this.close();
  }
}
