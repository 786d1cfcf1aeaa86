import type { ConnectionOptions } from 'node:tls';
import { type Clock, exponentialBackoff, LatencyHistogram, monotonicClock } from '@zaphub/concurrency';
import type { Logger } from '@zaphub/telemetry';
import { BlockingPool } from './blocking-pool.ts';
import { Caller } from './caller.ts';
import { CommandPool } from './command-pool.ts';
import type { DriverSettings } from './driver.ts';
import { HealthMonitor } from './health-monitor.ts';
import type { RedisAdapter } from './redis-adapter.ts';
import { parseRedisUrl } from './redis-url.ts';
import { scanKeys } from './scan-keys.ts';
import { Subscriber } from './subscriber.ts';

const latencyBoundsMs = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500] as const;

/** What {@link openRedis} works with. */
export interface RedisDeps {
  readonly logger: Logger;
  readonly clock?: Clock;
  /** A number from 0 to below 1, for jitter. Default Math.random. */
  readonly random?: () => number;
}

/** Where Redis is and how patient we are. */
export interface RedisSettings {
  /** See `parseRedisUrl`. */
  readonly url: string;
  /** More about TLS, such as the authority's certificate; only for `rediss`. */
  readonly tls?: ConnectionOptions;
  /** Shown by `CLIENT LIST`. Default `zaphub`. */
  readonly name?: string;
  /** Connections that commands share. Default 2. */
  readonly commandConnections?: number;
  /** Connections for blocking commands, opened when needed. Default 4. */
  readonly blockingConnections?: number;
  /** Commands that may be unanswered at once. Default 10,000. */
  readonly maxInFlight?: number;
  /** Askers that may be in line for a blocking connection. Default 1,000. */
  readonly maxBlockingWaiting?: number;
  /** From opening a connection until it can be used. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** From sending until the answer, for each attempt. Default 2,000. */
  readonly commandTimeoutMs?: number;
  /** Attempts of an idempotent command, the first included. Default 3. */
  readonly attempts?: number;
  /** Away for longer than this is `down`: commands are no longer tried again. Default 1,000. */
  readonly graceMs?: number;
  /** Between checks. Default 30,000. */
  readonly healthCheckMs?: number;
  /** Between heartbeats of the subscriber's connection. Default 5,000. */
  readonly heartbeatMs?: number;
  /** Warn when Redis may evict keys; false for a Redis that only caches. Default true. */
  readonly needsNoEviction?: boolean;
}

/**
 * Opens Redis. Resolves when it is ready or when the connect timeout has passed: then in state `down`, and it is
 * used as soon as it can be reached.
 *
 * @throws RedisError `redis_url_invalid`.
 */
export async function openRedis(deps: RedisDeps, settings: RedisSettings): Promise<RedisAdapter> {
  const { logger, clock = monotonicClock, random = Math.random } = deps;
  const driver: DriverSettings = {
    target: parseRedisUrl(settings.url),
    tls: settings.tls,
    connectionName: settings.name ?? 'zaphub',
    connectTimeoutMs: settings.connectTimeoutMs ?? 5000,
    commandTimeoutMs: settings.commandTimeoutMs ?? 2000,
  };
  const latency = new LatencyHistogram();
  const firstReady = Promise.withResolvers<void>();
  const connections = {
    driver,
    backoff: exponentialBackoff({ firstDelayMs: 50, maxDelayMs: 2000, random }),
    clock,
    onError: (error: unknown) => logger.debug('a connection to Redis failed', { error }),
  };
  const commands = new CommandPool({
    ...connections,
    connections: settings.commandConnections ?? 2,
    maxInFlight: settings.maxInFlight ?? 10_000,
    latency,
    events: {
      onReady: () => {
        health.linkReady();
        if (commands.ready === commands.open) firstReady.resolve();
      },
      onLost: () => health.changed(),
      onError: connections.onError,
    },
  });
  const subscriber = new Subscriber({ ...connections, heartbeatMs: settings.heartbeatMs ?? 5000 });
  const blocking = new BlockingPool({
    ...connections,
    connections: settings.blockingConnections ?? 4,
    maxWaiting: settings.maxBlockingWaiting ?? 1000,
  });
  const health = new HealthMonitor({
    commands,
    subscriber,
    driver,
    graceMs: settings.graceMs ?? 1000,
    intervalMs: settings.healthCheckMs ?? 30_000,
    needsNoEviction: settings.needsNoEviction ?? true,
    clock,
    logger,
  });
  const caller = new Caller({
    pool: commands,
    attempts: settings.attempts ?? 3,
    backoff: exponentialBackoff({ firstDelayMs: 50, maxDelayMs: 500, random }),
    clock,
    isDown: () => health.isDown,
  });

  const cancelWait = clock.timer(driver.connectTimeoutMs, () => firstReady.resolve());
  await firstReady.promise;
  cancelWait();
  await health.check();

  return {
    call: (name, args = [], options) => caller.call(name, args, options, false),
    callBuffer: (name, args = [], options) => caller.call(name, args, options, true),
    run: (script, keys, args = [], options) => caller.run(script, keys, args, options),
    block: (name, args, options) => blocking.run(name, args, options),
    subscribe: (channel, events) => subscriber.subscribe(channel, events),
    scan: (pattern, options) => scanKeys(commands, pattern, options?.signal),
    health: () => health.health(),
    check: () => health.check(),
    metrics: () => ({
      commands: caller.commands,
      retries: caller.retries,
      errors: Object.fromEntries(caller.errors),
      latency: latency.buckets(latencyBoundsMs),
      inFlight: commands.inFlight,
      connections: {
        commands: { open: commands.open, ready: commands.ready },
        blocking: blocking.counts,
        subscriber: subscriber.counts,
      },
      reconnects: commands.losses + subscriber.losses + blocking.losses,
    }),
    async close(options) {
      caller.close();
      health.close();
      blocking.close();
      subscriber.close();
      await idle(commands, options?.deadlineMs ?? 2000, clock);
      commands.close();
    },
  };
}

/** Waits until every command has its answer, within reason. */
async function idle(commands: CommandPool, deadlineMs: number, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>();
  const cancel = clock.timer(deadlineMs, () => late.resolve());
  await Promise.race([commands.untilIdle(), late.promise]);
  cancel();
}
