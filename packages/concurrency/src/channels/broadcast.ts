import { accepted } from './accepted.ts';
import { ChannelClosedError } from './channel-closed-error.ts';
import { Delivery } from './delivery.ts';
import { joinSenders, type LeaveLine, type WritableChannel } from './ports.ts';
import { Subscriber, type Subscription, type SubscriptionOptions } from './subscription.ts';

/**
 * Gives each value to everybody who subscribed before it was sent, in the order they were sent. Each subscription
 * has its own buffer and its own strategy for when that is full, so sending never waits: a slow subscriber misses
 * values, or is disconnected, and stops nobody else.
 *
 * Closing ends every subscription once its reader has drained it. A value sent while nobody is subscribed is gone.
 *
 * @example
 * ```ts
 * import { Broadcast } from '@zaphub/concurrency';
 *
 * const prices = new Broadcast<number>();
 * const screen = prices.subscribe({ capacity: 1, overflow: 'drop-oldest' });
 * const ledger = prices.subscribe({ capacity: 100, overflow: 'disconnect' });
 * for (const price of [10, 11, 12]) await prices.send(price);
 * prices.close();
 * const shown: number[] = [];
 * for await (const price of screen) shown.push(price);
 * if (shown.join() !== '12' || ledger.size !== 3) throw new Error('the screen shows the newest');
 * ```
 */
export class Broadcast<T> implements WritableChannel<T> {
  /** In the order they came. */
  readonly #subscribers = new Set<Subscriber<T>>();
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Subscriptions that still take values. */
  get subscribers(): number {
    return this.#subscribers.size;
  }

  /** From now on the reader is given each value; of a closed broadcast, none. @throws RangeError as `Channel` does. */
  subscribe(options: SubscriptionOptions): Subscription<T> {
    const subscriber = new Subscriber<T>(options, (gone) => this.#subscribers.delete(gone));
    if (this.#isClosed) subscriber.close();
    else this.#subscribers.add(subscriber);
    return subscriber;
  }

  /**
   * Gives the value to everybody who is subscribed; it is done when it returns.
   *
   * @throws ChannelClosedError `channel_closed`; the signal's reason. Both as rejections.
   */
  send(value: T, signal?: AbortSignal): Promise<void> {
    if (signal !== undefined && signal.aborted) return Promise.reject(signal.reason);
    return this.trySend(value) ? accepted : Promise.reject(new ChannelClosedError());
  }

  /** Gives the value to everybody who is subscribed; false when closed. */
  trySend(value: T): boolean {
    if (this.#isClosed) return false;
    const delivery = new Delivery(value);
    for (const subscriber of this.#subscribers) subscriber.deliver(delivery);
    return true;
  }

  /** Ends every subscription; their readers can still drain what they hold. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const subscriber of this.#subscribers) subscriber.close();
    this.#subscribers.clear();
  }

  /** Closes. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return accepted;
  }

  /** Sending never waits: only a closed broadcast does not take a value. */
  [joinSenders](_value: T, _onAccepted: () => void, onRefused: (reason: unknown) => void): LeaveLine {
    onRefused(new ChannelClosedError());
    return () => undefined;
  }
}
