import { randomUUID } from 'node:crypto';
import { openRedis } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { createTestDatabase, startRedis } from '@zaphub/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection, ConnectionRegistry } from './connection-registry.ts';
import { createMemoryConnectionRegistry } from './memory-connection-registry.ts';
import { createPostgresConnectionRegistry } from './postgres-connection-registry.ts';
import { createRedisConnectionRegistry } from './redis-connection-registry.ts';

interface Opened {
  create(options: { now: () => number }): ConnectionRegistry;
  close(): Promise<void>;
}

const hour = 3_600_000;

describe.each<[string, () => Promise<Opened>]>([
  [
    'memory',
    () => Promise.resolve({ create: createMemoryConnectionRegistry, close: () => Promise.resolve() }),
  ],
  [
    'Redis',
    async () => {
      const server = await startRedis();
      const redis = await openRedis({ logger: silentLogger }, { url: server.url });
      return {
        create: (options) => createRedisConnectionRegistry(redis, { prefix: `${randomUUID()}:`, ...options }),
        close: async () => {
          await redis.close();
          await server.close();
        },
      };
    },
  ],
  [
    'Postgres',
    async () => {
      const database = await createTestDatabase();
      return {
        create: (options) => createPostgresConnectionRegistry(database.api, options),
        close: () => database.close(),
      };
    },
  ],
])('the connection registry in %s', (_name, open) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => opened.close());

  const connection = (tenantId: string, instance = 'api-1'): Connection => ({
    id: randomUUID(),
    instance,
    tenantId,
    userId: randomUUID(),
    connectedAt: new Date('2026-11-21T10:00:00Z'),
  });
  const byId = (list: readonly Connection[]): Connection[] => list.toSorted((x, y) => (x.id < y.id ? -1 : 1));

  test('knows who is connected where, tenant by tenant', async () => {
    const registry = opened.create({ now: Date.now });
    const [a, b] = [randomUUID(), randomUUID()];
    const [first, second, other] = [connection(a), connection(a, 'api-2'), connection(b)];
    await registry.keep([first, other]);
    await registry.keep([second]);
    expect(byId(await registry.list(a))).toEqual(byId([first, second]));
    expect([await registry.list(b), await registry.list(randomUUID())]).toEqual([[other], []]);
    expect(await registry.count()).toBe(3);
    expect(await registry.summary()).toEqual([
      { instance: 'api-1', streams: 2, tenants: 2 },
      { instance: 'api-2', streams: 1, tenants: 1 },
    ]);
    await registry.remove([first, other]);
    expect([await registry.list(a), await registry.list(b), await registry.count()]).toEqual([
      [second],
      [],
      1,
    ]);
  });

  test('believes in a connection for an hour after it was last kept, and then removes it', async () => {
    let now = Date.parse('2026-11-21T10:00:00Z');
    const registry = opened.create({ now: () => now });
    const tenantId = randomUUID();
    const [kept, forgotten] = [connection(tenantId), connection(tenantId)];
    await registry.keep([kept, forgotten]);
    now += hour - 1;
    await registry.keep([kept]);
    expect([await registry.count(), await registry.cleanup()]).toEqual([2, 0]);
    now += 1;
    expect([await registry.list(tenantId), await registry.count()]).toEqual([[kept], 1]);
    expect([await registry.cleanup(), await registry.cleanup()]).toEqual([1, 0]);
    now += hour;
    expect([await registry.list(tenantId), await registry.cleanup(), await registry.count()]).toEqual([
      [],
      1,
      0,
    ]);
  });

  test('takes many at once', async () => {
    const registry = opened.create({ now: Date.now });
    const tenants = [randomUUID(), randomUUID(), randomUUID()];
    const many = Array.from({ length: 2000 }, (_, i) => connection(tenants[i % 3] ?? ''));
    await registry.keep(many);
    expect(await registry.count()).toBe(2000);
    await registry.remove(many.slice(500));
    expect(await registry.count()).toBe(500);
  });
});
