import { silentLogger } from '@zaphub/telemetry';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { defineCacheClass } from './cache-class.ts';
import { describeCache } from './cache-conformance.ts';
import { createDistributedCache } from './create-distributed-cache.ts';

const schema = z.object({ text: z.string() });

describeCache('a cache without Redis', () => {
  let at = 1_000_000;
  const cache = createDistributedCache({ logger: silentLogger, now: () => at });
  onTestFinished(() => cache.close());
  return Promise.resolve({ cache, pass: (ms) => void (at += ms) });
});

it('throws out the least recently used when keys or bytes are too many', async () => {
  const cache = createDistributedCache({ logger: silentLogger });
  const few = defineCacheClass({ name: 'few', scope: 'global', schema, ttlMs: 60_000, maxKeys: 2 });
  await cache.set(few.key('a'), { text: 'a' });
  await cache.set(few.key('b'), { text: 'b' });
  await cache.get(few.key('a'));
  await cache.set(few.key('c'), { text: 'c' });
  expect(await cache.get(few.key('b'))).toBeUndefined();
  expect(await cache.get(few.key('a'))).toEqual({ text: 'a' });
  expect(cache.getStats(few)).toMatchObject({ evictions: 1, totalKeys: 2 });

  const small = defineCacheClass({ name: 'small', scope: 'global', schema, ttlMs: 60_000, maxBytes: 2000 });
  for (const part of ['a', 'b', 'c']) await cache.set(small.key(part), { text: 'x'.repeat(800) });
  expect(cache.getStats(small)).toMatchObject({ evictions: 1, totalKeys: 2 });
  expect(cache.getStats(small).totalBytes).toBeGreaterThan(1600);
  expect(cache.getStats(small).totalBytes).toBeLessThanOrEqual(2000);
  await cache.set(small.key('huge'), { text: 'x'.repeat(5000) });
  expect(await cache.get(small.key('huge'))).toBeUndefined();
});

it('spreads the ends of values by chance', async () => {
  let [at, chance] = [0, 0];
  const cache = createDistributedCache({ logger: silentLogger, now: () => at, random: () => chance });
  const spread = defineCacheClass({ name: 'spread', scope: 'global', schema, ttlMs: 1000, jitter01: 0.2 });
  await cache.set(spread.key('late'), { text: 'late' });
  chance = 0.999;
  await cache.set(spread.key('early'), { text: 'early' });
  at = 900;
  expect(await cache.get(spread.key('late'))).toEqual({ text: 'late' });
  expect(await cache.get(spread.key('early'))).toBeUndefined();
});

it('renews a value behind the scenes at most once a second', async () => {
  let at = 0;
  const cache = createDistributedCache({ logger: silentLogger, now: () => at });
  const stale = defineCacheClass({
    name: 'stale',
    scope: 'global',
    schema,
    ttlMs: 1000,
    jitter01: 0,
    staleMs: 10_000,
  });
  await cache.set(stale.key('k'), { text: 'old' });
  let loads = 0;
  const fail = (): Promise<never> => {
    loads++;
    return Promise.reject(new Error('no luck'));
  };
  const ask = async (): Promise<void> => {
    await cache.getOrLoad(stale.key('k'), fail);
    await expect.poll(() => cache.getStats().loadFailures).toBe(loads);
  };
  at = 1000;
  await ask();
  await ask();
  expect(loads).toBe(1);
  at = 2100;
  await ask();
  expect(loads).toBe(2);
});
