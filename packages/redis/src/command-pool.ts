import type { Backoff, Clock, LatencyHistogram } from '@zaphub/concurrency';
import { type DriverClient, type DriverSettings, openClient } from './driver.ts';
import type { CommandArguments } from './idempotent.ts';
import { InFlight } from './in-flight.ts';
import { Link, type LinkEvents } from './link.ts';
import { RedisError } from './redis-error.ts';
import { WriteBatcher } from './write-batcher.ts';

/** What the pool needs. */
export interface CommandPoolOptions {
  readonly driver: DriverSettings;
  readonly connections: number;
  /** Commands that may be unanswered at once, over all connections. */
  readonly maxInFlight: number;
  readonly backoff: Backoff;
  readonly clock: Clock;
  readonly latency: LatencyHistogram;
  readonly events: LinkEvents;
}

interface Lane {
  readonly link: Link<DriverClient>;
  readonly inFlight: InFlight;
  readonly batcher: WriteBatcher;
}

/** A connection takes this many before the next is used: pipelined commands share reads and writes. */
const spillAt = 256;

/** The connections that commands share; each carries many at once. */
export class CommandPool {
  readonly #options: CommandPoolOptions;
  readonly #lanes: readonly Lane[];

  constructor(options: CommandPoolOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.connections }, () => this.#openLane());
  }

  get open(): number {
    return this.#lanes.length;
  }

  get ready(): number {
    return this.#lanes.filter(({ link }) => link.isReady).length;
  }

  get inFlight(): number {
    let count = 0;
    for (const lane of this.#lanes) count += lane.inFlight.size;
    return count;
  }

  get losses(): number {
    return this.#lanes.reduce((sum, { link }) => sum + link.losses, 0);
  }

  /** Sends at once or fails at once. */
  send(name: string, args: CommandArguments, asBytes: boolean): Promise<unknown> {
    if (this.inFlight >= this.#options.maxInFlight) {
      return Promise.reject(
        new RedisError('redis_overloaded', `too many commands wait for Redis: ${name} was not sent`),
      );
    }
    const lane = this.#choose();
    const client = lane?.link.client;
    if (lane === undefined || client === undefined) {
      return Promise.reject(new RedisError('redis_unavailable', `Redis is away: ${name} was not sent`));
    }
    lane.batcher.hold(client);
    return lane.inFlight.track(name, () =>
      asBytes ? client.callBuffer(name, ...args) : client.call(name, ...args),
    );
  }

  /** Each client that can be used now. */
  clients(): DriverClient[] {
    return this.#lanes.flatMap(({ link }) => (link.client === undefined ? [] : [link.client]));
  }

  /** Goes through the same timeouts as any command, on each connection. */
  async pingAll(): Promise<void> {
    await Promise.all(
      this.#lanes.flatMap(({ link: { client }, inFlight }) =>
        client === undefined ? [] : [inFlight.track('ping', () => client.ping())],
      ),
    );
  }

  /** Resolves when everything sent so far has its answer. */
  async untilIdle(): Promise<void> {
    await Promise.all(this.#lanes.map(({ inFlight }) => inFlight.untilIdle()));
  }

  close(): void {
    for (const { link, inFlight } of this.#lanes) {
      link.close();
      inFlight.close();
    }
  }

  #openLane(): Lane {
    const { driver, backoff, clock, latency, events } = this.#options;
    const inFlight = new InFlight({
      timeoutMs: driver.commandTimeoutMs,
      clock,
      latency,
      onTimeout: () => {
        // The driver's cluster cuts off the silent node by itself.
        if (driver.target.kind !== 'cluster') link.drop();
      },
    });
    const link = new Link<DriverClient>({
      open: () => openClient(driver),
      backoff,
      connectTimeoutMs: driver.connectTimeoutMs,
      clock,
      events: {
        ...events,
        onLost: () => {
          inFlight.failAll();
          events.onLost();
        },
      },
    });
    return { link, inFlight, batcher: new WriteBatcher() };
  }

  #choose(): Lane | undefined {
    let best: Lane | undefined;
    for (const lane of this.#lanes) {
      if (!lane.link.isReady) continue;
      if (lane.inFlight.size < spillAt) return lane;
      if (best === undefined || lane.inFlight.size < best.inFlight.size) best = lane;
    }
    return best;
  }
}
