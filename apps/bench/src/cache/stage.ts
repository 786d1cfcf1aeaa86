import { createDistributedCache, defineCacheClass, type DistributedCache } from '@zaphub/cache';
import { openRedis, type RedisAdapter } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { startRedis } from '@zaphub/testing';
import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { z } from 'zod';

/** The value of every case: about 130 bytes of JSON. */
export const sample = {
  id: 1,
  name: 'Ana',
  phone: '+15550001',
  tags: ['vip', 'es'],
  counts: { sent: 10, read: 4 },
};

const sampleSchema = z.object({
  id: z.number(),
  name: z.string(),
  phone: z.string(),
  tags: z.array(z.string()),
  counts: z.object({ sent: z.number(), read: z.number() }),
});

const hour = 3_600_000;

/** Kept in memory and in Redis. */
export const contacts = defineCacheClass({
  name: 'contact',
  scope: 'tenant',
  schema: sampleSchema,
  ttlMs: hour,
  maxKeys: 20_000,
});

/** Kept in Redis alone, so that each read goes there. */
export const distantContacts = defineCacheClass({
  name: 'distant-contact',
  scope: 'tenant',
  schema: sampleSchema,
  ttlMs: hour,
  memoryTtlMs: 0,
});

/** One Redis, and each side's caches on it. */
export interface Stage {
  readonly cache: DistributedCache;
  readonly cacheInMemory: DistributedCache;
  readonly adapter: RedisAdapter;
  readonly raw: Redis;
  /** bentocache with memory, Redis and bus. */
  readonly bento: BentoCacheSide;
  readonly bentoOnRedis: BentoCacheSide;
  readonly bentoInMemory: BentoCacheSide;
  close(): Promise<void>;
}

/** bentocache as all cases use it. */
export type BentoCacheSide = ReturnType<typeof openBento>;

export async function openStage(): Promise<Stage> {
  const server = await startRedis();
  const adapter = await openRedis({ logger: silentLogger }, { url: server.url });
  const cache = createDistributedCache({ redis: adapter, logger: silentLogger });
  const connection = { host: '127.0.0.1', port: Number(new URL(server.url).port) };
  const raw = new Redis(server.url);
  const bento = openBento(connection, { layers: 'all', keeps: 'objects' });
  const bentoOnRedis = openBento(connection, { layers: 'redis', keeps: 'objects' });
  const bentoInMemory = openBento(connection, { layers: 'memory', keeps: 'objects' });
  return {
    cache,
    cacheInMemory: createDistributedCache({ logger: silentLogger }),
    adapter,
    raw,
    bento,
    bentoOnRedis,
    bentoInMemory,
    async close() {
      cache.close();
      await Promise.all([bento, bentoOnRedis, bentoInMemory].map((side) => side.disconnectAll()));
      await adapter.close();
      raw.disconnect();
      await server.close();
    },
  };
}

/** How bentocache is put together; `objects`: kept as they are in memory, its fastest documented way. */
export interface BentoOptions {
  readonly layers: 'all' | 'redis' | 'memory';
  readonly keeps: 'objects' | 'texts';
}

export function openBento(connection: { host: string; port: number }, { layers, keeps }: BentoOptions) {
  const memory = memoryDriver({ maxItems: 20_000, serialize: keeps === 'texts' });
  const empty = bentostore({ ttl: '1h' });
  const store =
    layers === 'memory'
      ? empty.useL1Layer(memory)
      : layers === 'redis'
        ? empty.useL2Layer(redisDriver({ connection }))
        : empty
            .useL1Layer(memory)
            .useL2Layer(redisDriver({ connection }))
            .useBus(redisBusDriver({ connection }));
  return new BentoCache({ default: 'store', stores: { store } });
}
