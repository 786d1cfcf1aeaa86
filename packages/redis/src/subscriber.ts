import type { Backoff, Clock } from '@zaphub/concurrency';
import type { Redis } from 'ioredis';
import { awakeTimer } from './awake-timer.ts';
import { type DriverSettings, openSubscriber } from './driver.ts';
import { Link } from './link.ts';
import type { Subscription, SubscriptionEvents } from './redis-adapter.ts';

/** What the subscriber needs. */
export interface SubscriberOptions {
  readonly driver: DriverSettings;
  readonly backoff: Backoff;
  /** A connection that does not answer a heartbeat within the command timeout is opened anew. */
  readonly heartbeatMs: number;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

interface Listener {
  readonly events: SubscriptionEvents;
  isLive: boolean;
}

/** One connection for all channels, opened with the first. After a loss every channel is subscribed again. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #channels = new Map<string, Set<Listener>>();
  #link: Link<Redis> | undefined;
  #cancelHeartbeat: (() => void) | undefined;
  #isClosed = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  get counts(): { readonly open: number; readonly ready: number; readonly channels: number } {
    const open = this.#link === undefined ? 0 : 1;
    return { open, ready: this.#link?.isReady === true ? 1 : 0, channels: this.#channels.size };
  }

  get losses(): number {
    return this.#link?.losses ?? 0;
  }

  /** True unless a channel is waiting for its connection. */
  get isReady(): boolean {
    return this.#link === undefined || this.#link.isReady;
  }

  subscribe(channel: string, events: SubscriptionEvents): Subscription {
    const listener: Listener = { events, isLive: false };
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(listener));
    if (!this.#isClosed) {
      this.#link ??= this.#open();
      if (this.#link.client !== undefined) void this.#confirm(this.#link.client, [channel]);
    }
    return {
      get isLive() {
        return listener.isLive;
      },
      close: () => this.#leave(channel, listener),
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelHeartbeat?.();
    this.#link?.close();
    this.#channels.clear();
  }

  #leave(channel: string, listener: Listener): void {
    listener.isLive = false;
    const listeners = this.#channels.get(channel);
    if (listeners?.delete(listener) !== true || listeners.size > 0) return;
    this.#channels.delete(channel);
    // If this fails the connection is gone, and with it the subscription.
    this.#link?.client?.unsubscribe(channel).catch(() => undefined);
  }

  #open(): Link<Redis> {
    const { driver, backoff, clock, onError } = this.#options;
    return new Link<Redis>({
      open: (attempt) => {
        const client = openSubscriber(
          { ...driver, connectionName: `${driver.connectionName}:subscriber` },
          attempt,
        );
        client.on('messageBuffer', (channel: Buffer, payload: Buffer) =>
          this.#deliver(channel.toString(), payload),
        );
        return client;
      },
      backoff,
      connectTimeoutMs: driver.connectTimeoutMs,
      clock,
      events: {
        onReady: () => {
          const client = this.#link?.client;
          if (client === undefined) return;
          if (this.#channels.size > 0) void this.#confirm(client, [...this.#channels.keys()]);
          this.#beat(client);
        },
        onLost: () => {
          this.#cancelHeartbeat?.();
          for (const listener of this.#listeners()) this.#lose(listener);
        },
        onError,
      },
    });
  }

  async #confirm(client: Redis, channels: readonly string[]): Promise<void> {
    const cancel = this.#dropWhenSilent(client);
    try {
      await client.subscribe(...channels);
    } catch (error) {
      this.#options.onError(error);
      if (this.#link?.client === client) this.#link.drop();
      return;
    } finally {
      cancel();
    }
    if (this.#link?.client !== client) return;
    for (const channel of channels) {
      for (const listener of this.#channels.get(channel) ?? []) {
        if (listener.isLive) continue;
        listener.isLive = true;
        listener.events.onLive?.();
      }
    }
  }

  #beat(client: Redis): void {
    this.#cancelHeartbeat = this.#options.clock.timer(this.#options.heartbeatMs, () => {
      if (this.#link?.client !== client) return;
      const cancel = this.#dropWhenSilent(client);
      client.ping().then(
        () => {
          cancel();
          if (!this.#isClosed && this.#link?.client === client) this.#beat(client);
        },
        // The connection has ended, which the link has noticed.
        cancel,
      );
    });
  }

  #dropWhenSilent(client: Redis): () => void {
    return awakeTimer(this.#options.clock, this.#options.driver.commandTimeoutMs, () => {
      if (this.#link?.client === client) this.#link.drop();
    });
  }

  #deliver(channel: string, payload: Buffer): void {
    for (const listener of this.#channels.get(channel) ?? []) {
      try {
        listener.events.onMessage(payload);
      } catch (error) {
        // One listener's mistake is not the others' loss.
        this.#options.onError(error);
      }
    }
  }

  #lose(listener: Listener): void {
    if (!listener.isLive) return;
    listener.isLive = false;
    listener.events.onLost?.();
  }

  #listeners(): Listener[] {
    return [...this.#channels.values()].flatMap((listeners) => [...listeners]);
  }
}
