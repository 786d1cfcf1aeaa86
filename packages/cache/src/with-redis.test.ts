import { openRedis, type RedisAdapter } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { startRedis, startRedisCluster, type TestRedis } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { defineCacheClass } from './cache-class.ts';
import { describeCache } from './cache-conformance.ts';
import { createDistributedCache } from './create-distributed-cache.ts';
import type { DistributedCache } from './distributed-cache.ts';

const schema = z.object({ text: z.string() });
const notes = defineCacheClass({
  name: 'note',
  scope: 'tenant',
  schema,
  ttlMs: 60_000,
  staleMs: 60_000,
  isolatedMs: 300,
});
const key = notes.key('t1', 'n1');
const brieflyKept = { scope: 'global', schema, ttlMs: 60_000, memoryTtlMs: 100, staleMs: 60_000 } as const;
const [one, two] = [{ text: 'one' }, { text: 'two' }];

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

let prefixes = 0;
function freshPrefix(): string {
  prefixes++;
  return `test:${prefixes}`;
}

interface Instance {
  readonly cache: DistributedCache;
  readonly redis: RedisAdapter;
}

async function openInstance(url: string, prefix: string, now: () => number = Date.now): Promise<Instance> {
  const redis = await openRedis(
    { logger: silentLogger },
    { url, commandTimeoutMs: 500, connectTimeoutMs: 1000, attempts: 1, graceMs: 50, heartbeatMs: 100 },
  );
  const cache = createDistributedCache({ redis, logger: silentLogger, now }, { prefix });
  onTestFinished(async () => {
    cache.close();
    await redis.close({ deadlineMs: 0 });
  });
  await expect.poll(() => redis.metrics().connections.subscriber.ready).toBe(1);
  await expect
    .poll(() => redis.call('pubsub', ['numsub', `${prefix}:changes`]))
    .not.toEqual([`${prefix}:changes`, 0]);
  return { cache, redis };
}

async function openTwo(redis: TestRedis = server): Promise<{ a: Instance; b: Instance; prefix: string }> {
  const prefix = freshPrefix();
  const a = await openInstance(redis.url, prefix);
  const b = await openInstance(redis.url, prefix);
  await expect
    .poll(() => a.redis.call('pubsub', ['numsub', `${prefix}:changes`]))
    .toEqual([`${prefix}:changes`, 2]);
  return { a, b, prefix };
}

/** News of a writing may reach a reader after it has read the new value: then it reads once more. */
async function untilInMemory({ cache }: Instance): Promise<void> {
  await expect
    .poll(async () => {
      await cache.get(key);
      return cache.getStats().memoryHits;
    })
    .toBeGreaterThan(0);
}

async function ownRedis(): Promise<TestRedis> {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  return redis;
}

describeCache('a cache on Redis', async () => {
  let at = Date.now();
  const { cache } = await openInstance(server.url, freshPrefix(), () => at);
  return { cache, pass: (ms) => void (at += ms) };
});

describe('two instances', () => {
  it('share their values', async () => {
    const { a, b } = await openTwo();
    await a.cache.set(key, one);
    await untilInMemory(b);
    expect(b.cache.getStats().redisHits).toBeGreaterThan(0);
    const before = b.cache.getStats().redisHits;
    expect(await b.cache.get(key)).toEqual(one);
    expect(b.cache.getStats().redisHits).toBe(before);
    expect(await b.cache.has(notes.key('t1', 'n2'))).toBe(false);
  });

  it('drop from memory what the other one changes, deletes or clears', async () => {
    const { a, b } = await openTwo();
    await a.cache.set(key, one);
    await untilInMemory(b);
    const before = b.cache.getStats().invalidations;
    await a.cache.set(key, two);
    await expect.poll(() => b.cache.get(key)).toEqual(two);
    expect(b.cache.getStats().invalidations).toBe(before + 1);
    await a.cache.del(key);
    await expect.poll(() => b.cache.get(key)).toBeUndefined();
    await b.cache.set(key, one);
    await a.cache.get(key);
    await b.cache.clear();
    await expect.poll(() => a.cache.get(key)).toBeUndefined();
  });

  it('load a cold value once, however many ask in both', async () => {
    const { a, b } = await openTwo();
    let loads = 0;
    const gate = Promise.withResolvers<void>();
    const load = async (): Promise<typeof one> => {
      loads++;
      await gate.promise;
      return { text: 'one' };
    };
    const asked = [a, b, a, b].flatMap(({ cache }) => [
      cache.getOrLoad(key, load),
      cache.getOrLoad(key, load),
    ]);
    await expect.poll(() => loads).toBe(1);
    gate.resolve();
    expect(await Promise.all(asked)).toEqual(asked.map(() => one));
    expect(loads).toBe(1);
    // Both have it in memory now.
    expect(await b.cache.get(key)).toEqual(one);
    expect(await a.cache.get(key)).toEqual(one);
    expect(a.cache.getStats().memoryHits + b.cache.getStats().memoryHits).toBe(2);
  });

  it('the one takes over when the load of the other fails or says that there is none', async () => {
    const { a, b } = await openTwo();
    for (const [n, failing] of [
      () => Promise.reject(new Error('no luck')),
      () => Promise.resolve(undefined),
    ].entries()) {
      const gate = Promise.withResolvers<void>();
      let isLoading = false;
      const k = notes.key('t1', `takeover-${n}`);
      const first = a.cache
        .getOrLoad(k, async () => {
          isLoading = true;
          await gate.promise;
          return failing();
        })
        .catch(() => 'failed');
      await expect.poll(() => isLoading).toBe(true);
      const second = b.cache.getOrLoad(k, () => Promise.resolve({ text: 'two' }));
      gate.resolve();
      expect(await first).toBe(n === 0 ? 'failed' : undefined);
      expect(await second).toEqual(two);
    }
  });

  it('the one loads after all when the other never ends, and its value stays', async () => {
    const { a, b } = await openTwo();
    const brief = { name: 'brief', scope: 'global', schema, ttlMs: 60_000, loadTimeoutMs: 100 } as const;
    const k = defineCacheClass(brief).key('k');
    const stuck = a.cache.getOrLoad(k, () => new Promise(() => undefined)).catch(() => 'late');
    await expect.poll(() => a.cache.getStats().loads).toBe(1);
    expect(await b.cache.getOrLoad(k, () => Promise.resolve({ text: 'two' }))).toEqual(two);
    expect(await stuck).toBe('late');
    expect(await a.cache.get(k)).toEqual(two);
  });

  it('a load that began before the other one changed the value does not bring the old one back', async () => {
    const { a, b } = await openTwo();
    for (const change of ['set', 'del'] as const) {
      const k = notes.key('t1', change);
      const gate = Promise.withResolvers<typeof one>();
      const old = a.cache.getOrLoad(k, () => gate.promise);
      await expect.poll(() => a.cache.getStats().loads).toBe(change === 'set' ? 1 : 2);
      await (change === 'set' ? b.cache.set(k, two) : b.cache.del(k));
      gate.resolve({ text: 'one' });
      expect(await old).toEqual(one);
      expect(await b.cache.get(k)).toEqual(change === 'set' ? two : undefined);
      expect(await a.cache.get(k)).toEqual(change === 'set' ? two : undefined);
    }
  });

  it('renew a stale value once', async () => {
    let at = Date.now();
    const prefix = freshPrefix();
    const a = await openInstance(server.url, prefix, () => at);
    const b = await openInstance(server.url, prefix, () => at);
    await a.cache.set(key, one, 1000);
    at += 1001;
    let loads = 0;
    const gate = Promise.withResolvers<typeof two>();
    const load = (): Promise<typeof two> => {
      loads++;
      return gate.promise;
    };
    const all = await Promise.all([a, b, a, b].map(({ cache }) => cache.getOrLoad(key, load)));
    expect(all).toEqual([one, one, one, one]);
    await expect.poll(() => loads).toBe(1);
    gate.resolve({ text: 'two' });
    await expect.poll(() => a.cache.get(key)).toEqual(two);
    await expect.poll(() => b.cache.get(key)).toEqual(two);
    expect(loads).toBe(1);
  });
});

describe('what is in Redis', () => {
  it('is not believed when its schema, its release or its bytes are wrong', async () => {
    const prefix = freshPrefix();
    const { cache, redis } = await openInstance(server.url, prefix);
    const writer = createDistributedCache({ redis, logger: silentLogger }, { prefix });
    onTestFinished(() => writer.close());
    const loose = defineCacheClass({
      name: 'note',
      scope: 'tenant',
      schema: z.object({ text: z.number() }),
      ttlMs: 60_000,
    });
    await writer.set(loose.key('t1', 'n1'), { text: 1 });
    expect(await cache.get(key)).toBeUndefined();
    expect(cache.getStats().unreadable).toBe(1);
    expect((await cache.getLazy(key))?.value()).toBeUndefined();
    expect(await cache.getOrLoad(key, () => Promise.resolve({ text: 'one' }))).toEqual(one);

    const later = createDistributedCache({ redis, logger: silentLogger }, { prefix });
    onTestFinished(() => later.close());
    const next = defineCacheClass({ name: 'note', scope: 'tenant', schema, ttlMs: 60_000, version: 2 });
    expect(await later.get(next.key('t1', 'n1'))).toBeUndefined();
    for (const bytes of ['', 'short', 'x'.repeat(100)]) {
      await redis.call('set', [`${prefix}:{${key.text}}`, bytes]);
      expect(await later.get(next.key('t1', 'n1'))).toBeUndefined();
      expect(await later.has(next.key('t1', 'n1'))).toBe(false);
    }
  });

  it('is small when the class compresses', async () => {
    const prefix = freshPrefix();
    const { cache, redis } = await openInstance(server.url, prefix);
    const other = await openInstance(server.url, prefix);
    const big = defineCacheClass({
      name: 'big',
      scope: 'global',
      schema,
      ttlMs: 60_000,
      compressFromBytes: 100,
    });
    const value = { text: 'abc'.repeat(1000) };
    await cache.set(big.key('k'), value);
    expect(await redis.call('strlen', [`${prefix}:{${big.key('k').text}}`])).toBeLessThan(200);
    expect(await other.cache.get(big.key('k'))).toEqual(value);
    expect((await other.cache.getLazy(big.key('k')))?.value()).toEqual(value);
    await redis.call('setrange', [`${prefix}:{${big.key('k').text}}`, 30, 'garbage']);
    const third = await openInstance(server.url, prefix);
    expect(await third.cache.get(big.key('k'))).toBeUndefined();
  });

  it('is read lazily without being put into memory, and says when there is none', async () => {
    const prefix = freshPrefix();
    const { cache } = await openInstance(server.url, prefix);
    const other = await openInstance(server.url, prefix);
    await cache.set(key, one);
    const lazy = await other.cache.getLazy(key);
    expect(lazy?.bytes().toString()).toBe('{"text":"one"}');
    expect(lazy?.value()).toEqual(one);
    expect(other.cache.getStats()).toMatchObject({ redisHits: 1, totalKeys: 0 });
    const none = defineCacheClass({
      name: 'none',
      scope: 'global',
      schema,
      ttlMs: 1000,
      negativeTtlMs: 1000,
    });
    await cache.getOrLoad(none.key('k'), () => Promise.resolve(undefined));
    expect(await other.cache.getLazy(none.key('k'))).toBeUndefined();
    expect(await other.cache.get(none.key('k'))).toBeUndefined();
    expect(await cache.getLazy(none.key('k'))).toBeUndefined();
    expect(other.cache.getStats().negativeHits).toBe(2);
  });
});

it('a class may be asked for in Redis each time, or after a while', async () => {
  let at = Date.now();
  const { cache } = await openInstance(server.url, freshPrefix(), () => at);
  const load = (): Promise<never> => Promise.reject(new Error('is not wanted'));
  const never = defineCacheClass({ name: 'never', scope: 'global', schema, ttlMs: 60_000, memoryTtlMs: 0 });
  await cache.set(never.key('k'), one);
  expect(await cache.get(never.key('k'))).toEqual(one);
  expect(await cache.getOrLoad(never.key('k'), load)).toEqual(one);
  expect(cache.getStats(never)).toMatchObject({ redisHits: 2, memoryHits: 0, totalKeys: 0 });
  const brief = defineCacheClass({ ...brieflyKept, name: 'brief' });
  await cache.set(brief.key('k'), one);
  await cache.getOrLoad(brief.key('k'), load);
  at += 101;
  expect(await cache.getOrLoad(brief.key('k'), load)).toEqual(one);
  expect(cache.getStats(brief)).toMatchObject({ redisHits: 1, memoryHits: 1, staleHits: 0 });
});

describe('when Redis goes away', () => {
  it('each instance goes on alone and nothing fails', async () => {
    const redis = await ownRedis();
    const { a, b } = await openTwo(redis);
    await a.cache.set(key, one);
    await redis.kill();
    expect(await a.cache.getOrLoad(notes.key('t1', 'new'), () => Promise.resolve({ text: 'two' }))).toEqual(
      two,
    );
    expect(await a.cache.get(notes.key('t1', 'new'))).toEqual(two);
    expect(await b.cache.get(key)).toBeUndefined();
    expect(await b.cache.has(key)).toBe(false);
    expect(await b.cache.getLazy(key)).toBeUndefined();
    await b.cache.set(key, two);
    expect(await b.cache.get(key)).toEqual(two);
    expect(await b.cache.del(key)).toBe(true);
    expect(await b.cache.getTotalKeys()).toBe(0);
    expect(b.cache.getStats().redisFailures).toBeGreaterThan(0);
  });

  it('what is in memory is used for no longer than the bound of its class', async () => {
    let at = Date.now();
    const redis = await ownRedis();
    const { cache, redis: adapter } = await openInstance(redis.url, freshPrefix(), () => at);
    await cache.set(key, one);
    await redis.kill();
    await expect.poll(() => adapter.metrics().connections.subscriber.ready).toBe(0);
    await expect.poll(() => cache.getOrLoad(notes.key('t1', 'x'), () => Promise.resolve(two))).toEqual(two);
    at += 299;
    expect(await cache.get(key)).toEqual(one);
    at += 2;
    expect(await cache.get(key)).toBeUndefined();
    expect(await cache.getOrLoad(key, () => Promise.resolve({ text: 'two' }))).toEqual(two);
  });

  it.each(['set', 'del', 'clear'] as const)(
    'a %s during the absence is not undone when Redis is back with its old data',
    async (change) => {
      const redis = await startRedis({ keepData: true });
      onTestFinished(() => redis.close());
      const { a, b } = await openTwo(redis);
      await a.cache.set(key, one);
      expect(await b.cache.get(key)).toEqual(one);
      await redis.kill();
      if (change === 'set') await a.cache.set(key, two);
      else if (change === 'del') await a.cache.del(key);
      else await a.cache.clear();
      await redis.restart();
      // Until the old value has been removed, the instance that knows better does not even look.
      for (let i = 0; i < 50; i++) expect(await a.cache.get(key)).not.toEqual(one);
      await expect
        .poll(() => a.redis.call('keys', ['test:*}']).catch(() => 'away'), { timeout: 10_000 })
        .toEqual([]);
      await expect.poll(() => b.cache.get(key), { timeout: 10_000 }).not.toEqual(one);
      // An instance that is not back yet loads for itself alone.
      await expect
        .poll(
          async () => {
            expect(await b.cache.getOrLoad(key, () => Promise.resolve({ text: 'two' }))).toEqual(two);
            return a.cache.get(key);
          },
          { timeout: 10_000 },
        )
        .toEqual(two);
    },
  );

  it('frozen, it costs one time-out and no wrong answer', async () => {
    const redis = await ownRedis();
    const { a, b } = await openTwo(redis);
    await a.cache.set(key, one);
    expect(await b.cache.get(key)).toEqual(one);
    redis.freeze();
    await a.cache.set(key, two);
    expect(await a.cache.get(key)).toEqual(two);
    // The other cannot have been told; its bound ends what it knew.
    await expect.poll(() => b.cache.get(key), { timeout: 5000 }).toBeUndefined();
    redis.thaw();
    await expect
      .poll(() => b.cache.getOrLoad(key, () => Promise.resolve({ text: 'two' })), { timeout: 10_000 })
      .toEqual(two);
    await expect.poll(() => a.redis.call('ping').catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
    for (const { cache } of [a, b]) {
      await expect.poll(() => cache.getOrLoad(key, () => Promise.resolve({ text: 'two' }))).toEqual(two);
    }
  });

  it('in the middle of a load, the value is used and what Redis may have kept of it is removed', async () => {
    const redis = await ownRedis();
    const { cache, redis: adapter } = await openInstance(redis.url, freshPrefix());
    for (const [n, ends] of ['succeeds', 'fails'].entries()) {
      const gate = Promise.withResolvers<typeof one>();
      const k = notes.key('t1', ends);
      const waiting = cache.getOrLoad(k, () => gate.promise).catch(() => 'failed');
      await expect.poll(() => cache.getStats().loads).toBe(2 * n + 1);
      await redis.kill();
      if (ends === 'succeeds') gate.resolve({ text: 'one' });
      else gate.reject(new Error('no luck'));
      expect(await waiting).toEqual(ends === 'succeeds' ? one : 'failed');
      expect(await cache.get(k)).toEqual(ends === 'succeeds' ? one : undefined);
      await redis.restart();
      await expect.poll(() => adapter.call('ping').catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
      await expect
        .poll(() => cache.getOrLoad(notes.key('t1', `after-${n}`), () => Promise.resolve(undefined)))
        .toBeUndefined();
    }
    const k = notes.key('t1', 'succeeds');
    await expect
      .poll(() => cache.getOrLoad(k, () => Promise.resolve({ text: 'two' })), { timeout: 10_000 })
      .toEqual(two);
  });

  it('a value past its time is still renewed behind the scenes', async () => {
    let at = Date.now();
    const redis = await ownRedis();
    const { cache, redis: adapter } = await openInstance(redis.url, freshPrefix(), () => at);
    await cache.set(key, one, 100);
    await redis.kill();
    await expect.poll(() => adapter.metrics().connections.subscriber.ready).toBe(0);
    at += 101;
    expect(await cache.getOrLoad(key, () => Promise.resolve({ text: 'two' }))).toEqual(one);
    await expect.poll(() => cache.get(key)).toEqual(two);
  });

  it('flushed, values are loaded again', async () => {
    const { cache, redis } = await openInstance((await ownRedis()).url, freshPrefix());
    await cache.getOrLoad(key, () => Promise.resolve({ text: 'one' }));
    await redis.call('flushall');
    expect(await cache.get(key)).toEqual(one);
    await cache.del(key);
    expect(await cache.getOrLoad(key, () => Promise.resolve({ text: 'two' }))).toEqual(two);
  });

  it('full, values live in memory for the bound of their class', async () => {
    const { cache, redis } = await openInstance((await ownRedis()).url, freshPrefix());
    await redis.call('config', ['set', 'maxmemory', '1']);
    await cache.set(key, one);
    expect(await cache.get(key)).toEqual(one);
    expect(await cache.getOrLoad(notes.key('t1', 'x'), () => Promise.resolve({ text: 'two' }))).toEqual(two);
    expect(cache.getStats().redisFailures).toBeGreaterThan(0);
  });
});

it('works on a cluster', async () => {
  const cluster = await startRedisCluster();
  onTestFinished(() => cluster.close());
  const prefix = freshPrefix();
  const a = await openInstance(cluster.url, prefix);
  const b = await openInstance(cluster.url, prefix);
  const keys = Array.from({ length: 30 }, (_, i) => notes.key('t1', `k{${i}}`));
  await Promise.all(keys.map((k) => a.cache.getOrLoad(k, () => Promise.resolve({ text: 'one' }))));
  expect(await Promise.all(keys.map((k) => b.cache.get(k)))).toEqual(keys.map(() => one));
  await Promise.all(keys.map((k) => a.cache.del(k)));
  await expect.poll(() => Promise.all(keys.map((k) => b.cache.get(k)))).toEqual(keys.map(() => undefined));
  await Promise.all(keys.map((k) => a.cache.set(k, two)));
  expect(await a.cache.getTotalKeys()).toBe(30);
  await a.cache.clear();
  expect(await a.cache.getTotalKeys()).toBe(0);
}, 60_000);
