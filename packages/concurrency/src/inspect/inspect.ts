import { attach } from './attach.ts';
import type { ChannelObserver, ObservableChannel } from './observe.ts';
import { shareChannel } from './shared-observers.ts';

/** A channel at one moment. */
export interface ChannelSnapshot {
  /** Values held. */
  readonly length: number;
  readonly capacity: number;
  /** Values accepted since the inspection began. */
  readonly sent: number;
  /** Values that reached a receiver since the inspection began. */
  readonly received: number;
  /** Values the overflow strategy threw away since the channel was made. */
  readonly dropped: number;
  readonly blockedSenders: number;
  readonly blockedReceivers: number;
  readonly isClosed: boolean;
}

/** Counts what passes through a channel, from {@link inspect} until it is closed; reading changes nothing. */
export class ChannelInspection implements ChannelObserver, Disposable {
  readonly #channel: ObservableChannel;
  readonly #leave: () => void;
  #sent = 0;
  #received = 0;

  /** Begins to count. */
  constructor(channel: ObservableChannel) {
    this.#channel = channel;
    this.#leave = attach<ChannelObserver>(channel, this, shareChannel);
  }

  /** The channel as it is now. */
  snapshot(): ChannelSnapshot {
    const channel = this.#channel;
    return {
      length: channel.size,
      capacity: channel.capacity,
      sent: this.#sent,
      received: this.#received,
      dropped: channel.dropped,
      blockedSenders: channel.waitingSenders,
      blockedReceivers: channel.waitingReceivers,
      isClosed: channel.isClosed,
    };
  }

  /** Stops counting and costs the channel nothing from then on; the counts stay. The channel stays open. Idempotent. */
  close(): void {
    this.#leave();
  }

  /** {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  sent(): void {
    this.#sent++;
  }

  received(): void {
    this.#received++;
  }

  /** The channel counts them itself. */
  dropped(): void {}

  /** The channel knows who waits. */
  blocked(): void {}

  unblocked(): void {}
}

/**
 * Watches a channel without taking part: how full it is, how much went through, how much was thrown away, and who
 * waits. What passed before is not counted. Several inspections of one channel do not disturb one another.
 *
 * @example
 * ```ts
 * import { Channel, inspect } from '@zaphub/concurrency';
 *
 * const orders = new Channel<string>(10);
 * using inspection = inspect(orders);
 *
 * await orders.send('coffee');
 * await orders.send('cake');
 * await orders.receive();
 * const { length, sent, received, blockedSenders } = inspection.snapshot();
 * console.log({ length, sent, received, blockedSenders }); // length 1, sent 2, received 1, blockedSenders 0
 * ```
 */
export function inspect(channel: ObservableChannel): ChannelInspection {
  return new ChannelInspection(channel);
}
