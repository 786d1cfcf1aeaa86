import { defineCacheClass } from '@zaphub/cache';
import { createKernel } from '@zaphub/kernel';
import { silentLogger } from '@zaphub/telemetry';
import { startRedis } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../testing/eventually.ts';
import { defineCache } from './define-cache.ts';
import { defineRedis } from './define-redis.ts';

const words = defineCacheClass({ name: 'word', scope: 'global', schema: z.string(), ttlMs: 60_000 });
const word = words.key('one');

/** The parts of one instance. */
function setUp(redisUrl: string | undefined) {
  const redis = defineRedis({ redisUrl }, silentLogger);
  const cache = defineCache({ redis }, silentLogger);
  const kernel = createKernel([redis, cache]);
  return { kernel, redis: () => kernel.api(redis), cache: () => kernel.api(cache) };
}

test('without an address there is no Redis, and the cache is memory alone', async () => {
  const { kernel, redis, cache } = setUp(undefined);
  await kernel.start();
  expect(redis()).toBeUndefined();
  expect(kernel.degraded()).toEqual([]);
  await cache().set(word, 'kept');
  expect(await cache().get(word)).toBe('kept');
  await kernel.close();
});

test('a Redis that is away at boot delays nothing for long, says so, and is used once it is there', async () => {
  const server = await startRedis();
  await server.kill();
  const one = setUp(server.url);
  const other = setUp(server.url);
  const startedAt = performance.now();
  await Promise.all([one.kernel.start(), other.kernel.start()]);
  expect(performance.now() - startedAt).toBeLessThan(8_000);

  expect(one.redis()?.health()).toMatchObject({ state: 'down' });
  expect(await one.cache().getOrLoad(word, () => Promise.resolve('loaded alone'))).toBe('loaded alone');

  await server.restart();
  await eventually(() => {
    for (const instance of [one, other]) {
      expect(instance.redis()?.health()).toMatchObject({ state: 'ready', problem: undefined });
    }
  });
  await eventually(async () => {
    await one.cache().set(word, 'from one');
    expect(await other.cache().get(word)).toBe('from one');
  });
  await Promise.all([one.kernel.close(), other.kernel.close()]);
  await server.close();
});

test('a Redis that goes away is lived without, and the state follows', async () => {
  const server = await startRedis();
  const { kernel, redis, cache } = setUp(server.url);
  await kernel.start();
  const adapter = redis();
  await eventually(() => expect(adapter?.health()).toMatchObject({ state: 'ready', problem: undefined }));
  await cache().set(word, 'before');
  await server.kill();
  await eventually(() => expect(adapter?.health().state).toBe('down'));
  expect(await cache().getOrLoad(words.key('two'), () => Promise.resolve('meanwhile'))).toBe('meanwhile');
  await kernel.close();
  expect(adapter?.health().state).toBe('closed');
  await server.close();
});
