import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { createDistributedCache, defineCacheClass } from '@zaphub/cache';
import { openRedis } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { Redis } from 'ioredis';
import { z } from 'zod';
import type { ColdKeysOrder } from './cold-keys.ts';
import { openBento } from './stage.ts';

interface Side {
  ask(name: string): Promise<unknown>;
  close(): Promise<unknown>;
}

const loadMs = 20;

// What cold-keys.ts sends.
const [order] = (await once(process, 'message')) as [ColdKeysOrder];
const counter = new Redis({ host: order.host, port: order.port });
const side = order.side === 'ours' ? await openOurs() : openTheirs();
// Connections are open and warm before the start.
await side.ask(`warm-${process.pid}`);
process.send?.('ready');
await once(process, 'message');
await Promise.all(
  Array.from({ length: order.keys }, (_, key) =>
    Promise.all(Array.from({ length: order.callers }, () => side.ask(`cold-${key}`))),
  ),
);
await side.close();
counter.disconnect();
process.disconnect();

async function load(name: string): Promise<number> {
  if (name.startsWith('cold')) await counter.hincrby(`${order.prefix}:loads`, name, 1);
  await pause(loadMs);
  return 1;
}

async function openOurs(): Promise<Side> {
  const numbers = defineCacheClass({ name: 'number', scope: 'global', schema: z.number(), ttlMs: 3_600_000 });
  const redis = await openRedis({ logger: silentLogger }, { url: `redis://${order.host}:${order.port}` });
  const cache = createDistributedCache({ redis, logger: silentLogger }, { prefix: order.prefix });
  return {
    ask: (name) => cache.getOrLoad(numbers.key(name), () => load(name)),
    close() {
      cache.close();
      return redis.close();
    },
  };
}

function openTheirs(): Side {
  // With objects in memory and a Redis behind it, bentocache 1.6.1 ends in a TypeError when two callers meet.
  const bento = openBento({ host: order.host, port: order.port }, { layers: 'all', keeps: 'texts' });
  return {
    ask: (name) => bento.getOrSet({ key: name, ttl: '1h', factory: () => load(name) }),
    close: () => bento.disconnectAll(),
  };
}
