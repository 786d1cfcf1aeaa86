import type { Backoff, Clock } from '@zaphub/concurrency';
import type { DriverClient } from './driver.ts';

/** What a link reports to its owner. */
export interface LinkEvents {
  readonly onReady: () => void;
  readonly onLost: () => void;
  readonly onError: (error: unknown) => void;
}

/** What a link needs. */
export interface LinkOptions<C extends DriverClient> {
  readonly open: (attempt: number) => C;
  readonly backoff: Backoff;
  /** From opening until it can be used. */
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly events: LinkEvents;
}

/**
 * Keeps one connection open: whenever it ends, however it ends, a new one is opened after a pause that grows while
 * Redis stays away. A new client each time, so no state of a broken one is carried over.
 */
export class Link<C extends DriverClient> {
  /** The client to use right now; `undefined` while there is none that answers. */
  client: C | undefined;
  /** Times that a connection which had been ready was lost. */
  losses = 0;
  readonly #options: LinkOptions<C>;
  #current: C | undefined;
  #failedAttempts = 0;
  #opened = 0;
  #isClosed = false;
  #cancelTimer: (() => void) | undefined;

  constructor(options: LinkOptions<C>) {
    this.#options = options;
    this.#open();
  }

  get isReady(): boolean {
    return this.client !== undefined;
  }

  /** Cuts the connection, which has gone silent or must not be reused; a new one is opened. */
  drop(): void {
    const client = this.#current;
    if (client === undefined) return;
    this.#ended(client);
    client.disconnect();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    const client = this.#current;
    this.#current = undefined;
    this.client = undefined;
    client?.disconnect();
  }

  #open(): void {
    const { open, connectTimeoutMs, clock, events } = this.#options;
    const client = open(this.#opened++);
    this.#current = client;
    // A server that is frozen accepts connections and then says nothing.
    this.#cancelTimer = clock.timer(connectTimeoutMs, () => {
      if (this.client === undefined && this.#current === client) this.drop();
    });
    client.on('error', (error: unknown) => events.onError(error));
    client.on('ready', () => {
      if (this.#current !== client) return;
      this.#cancelTimer?.();
      this.#failedAttempts = 0;
      this.client = client;
      events.onReady();
    });
    client.on('end', () => this.#ended(client));
    // The driver gives a lost connection back to us by its end; a reconnection of its own is not wanted.
    client.on('reconnecting', () => {
      if (this.#current === client) this.drop();
    });
  }

  #ended(client: C): void {
    if (this.#current !== client) return;
    const wasReady = this.client === client;
    this.#current = undefined;
    this.client = undefined;
    this.#cancelTimer?.();
    if (this.#isClosed) return;
    if (wasReady) this.losses++;
    this.#cancelTimer = this.#options.clock.timer(this.#options.backoff(++this.#failedAttempts), () =>
      this.#open(),
    );
    if (wasReady) this.#options.events.onLost();
  }
}
