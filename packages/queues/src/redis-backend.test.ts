import { randomUUID } from 'node:crypto';
import type { Logger } from '@zaphub/telemetry';
import { silentLogger } from '@zaphub/telemetry';
import { startRedis } from '@zaphub/testing';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { describeQueueAdmin } from './admin-conformance.ts';
import { describeQueues } from './conformance.ts';
import { describeDurableTasks } from './durable-tasks-conformance.ts';
import { createQueues } from './create-queues.ts';
import { defineJob } from './define-job.ts';

const setUp = async () => {
  const redis = await startRedis();
  return {
    backend: { kind: 'redis', url: redis.url } as const,
    stop: () => redis.kill(),
    start: () => redis.restart(),
    close: () => redis.close(),
  };
};
describeQueues('Redis', setUp);
describeDurableTasks('Redis', setUp);
describeQueueAdmin('Redis', setUp);

describe('Redis', () => {
  it('flushed in the middle of a job loses what waited, and the consumer goes on with what comes next', async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const queues = await createQueues({
      backend: { kind: 'redis', url: redis.url },
      logger: silentLogger,
      lockMs: 1000,
    });
    onTestFinished(() => queues.close({ deadlineMs: 1000 }));
    const bell = defineJob({
      queue: `test.${randomUUID()}`,
      name: 'test.run',
      schema: z.object({ n: z.number() }),
      priority: 5,
      attempts: 3,
      backoff: { firstDelayMs: 50, factor: 3 },
      timeoutMs: 10_000,
      concurrency: 2,
      deduplicate: ({ n }) => `lane-${n}`,
    });
    const seen: number[] = [];
    const gate = Promise.withResolvers<undefined>();
    await queues.consume(bell, async ({ payload }) => {
      seen.push(payload.n);
      if (seen.length === 1) await gate.promise;
    });
    await queues.add(bell, { n: 1 });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1]);

    const client = new Redis(redis.url);
    await client.flushall();
    await client.quit();
    await queues.add(bell, { n: 2 });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2]);
    // The lane whose job was running when everything vanished can be rung again, during that run and after it.
    await queues.add(bell, { n: 1 });
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual([1, 2, 1]);
    gate.resolve(undefined);
    await queues.add(bell, { n: 1 });
    await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(4);
  }, 60_000);

  it('that may evict keys is used with a warning', async () => {
    const redis = await startRedis({ settings: { 'maxmemory-policy': 'allkeys-lru' } });
    onTestFinished(() => redis.close());
    const warnings: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
    const queues = await createQueues({ backend: { kind: 'redis', url: redis.url }, logger });
    await queues.close();
    expect(warnings.join()).toContain('noeviction');
  });
});
