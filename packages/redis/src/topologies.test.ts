import { silentLogger } from '@zaphub/telemetry';
import { startRedisCluster, startRedisSentinel } from '@zaphub/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRedis } from './open-redis.ts';
import type { RedisAdapter } from './redis-adapter.ts';
import { defineScript } from './script.ts';

async function open(url: string): Promise<RedisAdapter> {
  const redis = await openRedis(
    { logger: silentLogger },
    { url, commandTimeoutMs: 1000, connectTimeoutMs: 2000, graceMs: 200 },
  );
  onTestFinished(() => redis.close({ deadlineMs: 0 }));
  return redis;
}

describe('a cluster', () => {
  it('is one Redis to its users, and goes on when the node of the subscriber dies', async () => {
    const cluster = await startRedisCluster();
    onTestFinished(() => cluster.close());
    const redis = await open(cluster.url);
    expect(redis.health()).toMatchObject({ state: 'ready', warnings: [] });

    const keys = Array.from({ length: 60 }, (_, i) => `k:${i}`);
    await Promise.all(keys.map((key) => redis.call('set', [key, key])));
    expect(await Promise.all(keys.map((key) => redis.call('get', [key])))).toEqual(keys);
    const seen: string[] = [];
    for await (const batch of redis.scan('k:*')) seen.push(...batch);
    expect(seen.toSorted()).toEqual(keys.toSorted());
    const script = defineScript(`return redis.call('get', KEYS[1])`);
    expect(await Promise.all(keys.map((key) => redis.run(script, [key])))).toEqual(keys);

    const told: string[] = [];
    redis.subscribe('news', {
      onMessage: (payload) => void told.push(payload.toString()),
      onLive: () => void told.push('live'),
      onLost: () => void told.push('lost'),
    });
    await expect.poll(() => told).toEqual(['live']);
    await redis.call('publish', ['news', 'one']);
    await expect.poll(() => told).toEqual(['live', 'one']);

    const [first] = cluster.nodes;
    await first?.kill();
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['live', 'one', 'lost', 'live']);
    await first?.restart();
    await expect
      .poll(() => Promise.all(keys.map((key) => redis.call('set', [key, key]).catch(() => 'away'))), {
        timeout: 20_000,
      })
      .toEqual(keys.map(() => 'OK'));
    await expect.poll(() => redis.check(), { timeout: 10_000 }).toMatchObject({ state: 'ready' });
  }, 60_000);
});

describe('a server behind sentinels', () => {
  it('is followed to its replica when it dies', async () => {
    const sentinel = await startRedisSentinel();
    onTestFinished(() => sentinel.close());
    const redis = await open(sentinel.url);
    await redis.call('set', ['k', 'before']);
    await expect.poll(() => redis.call('wait', [1, 100]), { timeout: 20_000 }).toBe(1);
    await sentinel.master.kill();
    await expect
      .poll(() => redis.call('set', ['j', 'after']).catch(() => 'away'), { timeout: 30_000 })
      .toBe('OK');
    expect(await redis.call('get', ['k'])).toBe('before');
    expect(redis.health().address).toBe(sentinel.url);
  }, 60_000);
});
