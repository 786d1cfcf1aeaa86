import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import { Queue, type RedisQueueBackend, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { type BullBackend, maxProcessDeaths, retryAfterErrorMs } from './bull-backend.ts';
import { wrapQueue } from './bull-queue.ts';

/** Settings of the Redis backend. */
export interface RedisBackendOptions {
  readonly url: string;
  /** Start of every key. */
  readonly prefix: string;
  readonly logger: Logger;
}

const minimumVersion = [6, 2] as const;
const reconnectEveryMs = { first: 100, longest: 2000 } as const;

/** BullMQ on Redis. Opens nothing before `prepare`. */
export function createRedisBackend({ url, prefix, logger }: RedisBackendOptions): BullBackend {
  // Producers fail at once while Redis is away: with ioredis's offline queue an add would hang until it is back.
  const producer = {
    retryStrategy,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
  } satisfies RedisOptions;
  // A worker has nobody to fail to: it waits for Redis as long as it takes.
  const consumer = { retryStrategy, maxRetriesPerRequest: null } satisfies RedisOptions;
  const probe = new Redis(url, { ...producer, lazyConnect: true });
  probe.on('error', (error) => logger.debug('queue probe lost Redis', { error }));

  return {
    async prepare() {
      await probe.connect();
      const info = await probe.info();
      refuseOldServer(info);
      warnOfEviction(info, logger);
    },
    async ping() {
      await probe.ping();
    },
    openQueue(name, onError) {
      const queue = new Queue(name, {
        connection: { url, ...producer },
        prefix,
        skipVersionCheck: true,
        streams: { events: { maxLen: 1000 } },
      });
      queue.on('error', onError);
      return wrapQueue(queue, {
        close: () => queue.close().finally(() => cutConnections(queue.backend)),
        abandon: () => cutConnections(queue.backend),
      });
    },
    openWorker(name, settings) {
      const worker = new AbandonableWorker(name, (job) => settings.process(job), {
        connection: { url, ...consumer },
        prefix,
        autorun: false,
        concurrency: settings.concurrency,
        lockDuration: settings.lockMs,
        stalledInterval: settings.lockMs / 2,
        maxStalledCount: maxProcessDeaths,
        runRetryDelay: retryAfterErrorMs,
        settings: { backoffStrategy: settings.backoffDelayMs },
      });
      worker.on('error', settings.onError);
      return {
        waitUntilReady: () => worker.waitUntilReady(),
        run: () => worker.run(),
        close: () => worker.close().finally(() => cutConnections(worker.backend)),
        abandon: () => worker.abandon(),
      };
    },
    close: () => {
      probe.disconnect();
      return Promise.resolve();
    },
  };
}

function refuseOldServer(info: string): void {
  const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOldEnough =
    major > minimumVersion[0] || (major === minimumVersion[0] && minor >= minimumVersion[1]);
  if (isOldEnough) return;
  throw new AppError(
    'internal',
    `Redis ${version} is too old for the queues: ${minimumVersion.join('.')} or newer is needed`,
  );
}

function warnOfEviction(info: string, logger: Logger): void {
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy === undefined || policy === 'noeviction') return;
  logger.warn('Redis may throw queued jobs away: set maxmemory-policy to noeviction', { policy });
}

/** A worker whose own close waits for a Redis that does not answer can still be made to let the process end. */
class AbandonableWorker extends Worker {
  abandon(): void {
    // Its timers would go on renewing locks and looking for stalled jobs for ever.
    void this.lockManager.close();
    this.pause(true).catch(() => undefined);
    cutConnections(this.backend);
  }
}

/**
 * BullMQ's close asks Redis to end the connections, and its disconnect waits until they have: with Redis away the
 * first leaves clients behind that reconnect for ever, the second never returns.
 */
function cutConnections(backend: RedisQueueBackend): void {
  for (const connecting of [backend.client, backend.blockingClient]) {
    connecting?.then(
      (client) => client.disconnect(),
      // It never connected.
      () => undefined,
    );
  }
}

function retryStrategy(times: number): number {
  return Math.min(reconnectEveryMs.first * times, reconnectEveryMs.longest);
}
