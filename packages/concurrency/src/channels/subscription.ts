import type { Channel } from './channel.ts';
import type { Overflow } from './overflow.ts';
import { ReadingEnd } from './reading-end.ts';

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

/** What a broadcast keeps of each subscription. */
export interface Outlet<T> {
  readonly channel: Channel<T>;
  isDisconnected: boolean;
}

/**
 * One reader's view of a broadcast: every value since it subscribed, in order, but for those its strategy dropped.
 * Leaving its `for await` loop, or `cancel`, unsubscribes.
 */
export class Subscription<T> extends ReadingEnd<T> {
  readonly #outlet: Outlet<T>;
  readonly #unsubscribe: () => void;

  /** Made by `Broadcast.subscribe`. */
  constructor(outlet: Outlet<T>, unsubscribe: () => void) {
    super(outlet.channel);
    this.#outlet = outlet;
    this.#unsubscribe = unsubscribe;
  }

  /** Values its strategy threw away; what was sent after it was disconnected is not counted. */
  get dropped(): number {
    return this.output.dropped;
  }

  /** Whether it ended because its reader was too slow. */
  get isDisconnected(): boolean {
    return this.#outlet.isDisconnected;
  }

  /** Unsubscribes and forgets what it holds; those that wait to receive are told the end. Idempotent. */
  cancel(): void {
    this.#unsubscribe();
    this.output.cancel();
  }
}
