import { type Backoff, type Clock, Semaphore } from '@zaphub/concurrency';
import { type DriverClient, type DriverSettings, openClient } from './driver.ts';
import type { CommandArguments } from './idempotent.ts';
import { Link } from './link.ts';
import type { BlockOptions } from './redis-adapter.ts';
import { RedisError, toRedisError } from './redis-error.ts';

/** What the pool needs. */
export interface BlockingPoolOptions {
  readonly driver: DriverSettings;
  /** Connections at most; opened when first needed, then kept. */
  readonly connections: number;
  /** Askers in line at most. */
  readonly maxWaiting: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

interface Lease {
  readonly link: Link<DriverClient>;
  whenReady: PromiseWithResolvers<void>;
}

/** Connections that one blocking command has to itself at a time. */
export class BlockingPool {
  readonly #options: BlockingPoolOptions;
  readonly #permits: Semaphore;
  readonly #idle: Lease[] = [];
  readonly #all: Lease[] = [];
  readonly #closing = new AbortController();

  constructor(options: BlockingPoolOptions) {
    this.#options = options;
    this.#permits = new Semaphore(options.connections);
  }

  get counts(): { readonly open: number; readonly busy: number; readonly waiting: number } {
    return {
      open: this.#all.length,
      busy: this.#all.length - this.#idle.length,
      waiting: this.#permits.waiting,
    };
  }

  get losses(): number {
    return this.#all.reduce((sum, { link }) => sum + link.losses, 0);
  }

  async run(name: string, args: CommandArguments, options: BlockOptions): Promise<unknown> {
    if (this.#permits.waiting >= this.#options.maxWaiting) {
      throw new RedisError(
        'redis_overloaded',
        `too many wait for a blocking connection: ${name} was not sent`,
      );
    }
    const signal = AbortSignal.any([
      this.#closing.signal,
      ...(options.signal === undefined ? [] : [options.signal]),
    ]);
    return this.#permits.run(
      async () => {
        const lease = this.#idle.pop() ?? this.#open();
        try {
          return await this.#send(lease, name, args, { waitMs: options.waitMs, signal });
        } finally {
          this.#idle.push(lease);
        }
      },
      { signal },
    );
  }

  close(): void {
    this.#closing.abort(new RedisError('redis_closed', 'the connection to Redis was closed'));
    for (const { link } of this.#all) link.close();
  }

  #open(): Lease {
    const { driver, backoff, clock, onError } = this.#options;
    const link = new Link<DriverClient>({
      open: () => openClient({ ...driver, connectionName: `${driver.connectionName}:blocking` }),
      backoff,
      connectTimeoutMs: driver.connectTimeoutMs,
      clock,
      events: {
        onReady: () => lease.whenReady.resolve(),
        onLost: () => {
          lease.whenReady = Promise.withResolvers();
        },
        onError,
      },
    });
    const lease: Lease = { link, whenReady: Promise.withResolvers() };
    this.#all.push(lease);
    return lease;
  }

  /** The command's own wait plus the usual time for an answer; whatever ends it early cuts the connection. */
  async #send(
    lease: Lease,
    name: string,
    args: CommandArguments,
    { waitMs, signal }: { waitMs: number; signal: AbortSignal },
  ): Promise<unknown> {
    const { clock, driver } = this.#options;
    const stop = Promise.withResolvers<never>();
    const fail = (error: unknown): void => {
      stop.reject(error);
      lease.link.drop();
    };
    const timeout = (): void =>
      fail(
        new RedisError(
          'redis_timeout',
          `Redis did not answer ${name} within ${waitMs + driver.commandTimeoutMs} ms`,
        ),
      );
    const cancelTimer = clock.timer(waitMs + driver.commandTimeoutMs, timeout);
    const onAbort = (): void => fail(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([this.#answer(lease, name, args), stop.promise]);
    } finally {
      cancelTimer();
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #answer(lease: Lease, name: string, args: CommandArguments): Promise<unknown> {
    await this.#untilReady(lease, name);
    const client = lease.link.client;
    if (client === undefined)
      throw new RedisError('redis_unavailable', `Redis is away: ${name} was not sent`);
    try {
      return await client.call(name, ...args);
    } catch (error) {
      throw toRedisError(error, name);
    }
  }

  async #untilReady(lease: Lease, name: string): Promise<void> {
    if (lease.link.isReady) return;
    const { clock, driver } = this.#options;
    const late = Promise.withResolvers<never>();
    const cancelTimer = clock.timer(driver.connectTimeoutMs, () =>
      late.reject(new RedisError('redis_unavailable', `Redis is away: ${name} was not sent`)),
    );
    try {
      await Promise.race([lease.whenReady.promise, late.promise]);
    } finally {
      cancelTimer();
    }
  }
}
