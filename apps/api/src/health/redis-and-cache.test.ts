import { createTenant, startRedis, type TestRedis } from '@zaphub/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { eventually } from '../testing/eventually.ts';
import { type TestApi, useTestApi } from '../testing/test-api.ts';

const operatorToken = 'the operators and nobody else may read this';
let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis({ settings: { 'maxmemory-policy': 'noeviction' } });
});
afterAll(() => redis.close());
const shared = useTestApi({ operatorToken, redisUrl: () => redis.url });
const alone = useTestApi({ operatorToken });

const health = z.object({
  status: z.string(),
  checks: z.record(z.string(), z.looseObject({ status: z.string() })),
});

async function metricsOf(api: TestApi): Promise<ReadonlyMap<string, number>> {
  const reply = await api.call('/metrics', { headers: { authorization: `Bearer ${operatorToken}` } });
  const lines = (await reply.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

test('what Redis and the cache do is counted for Prometheus', async () => {
  const { ownerId } = await createTenant(shared.system);
  for (let calls = 0; calls < 3; calls++) await shared.call('/api/v1/tenant', { as: ownerId });
  const metrics = await metricsOf(shared);
  expect(metrics.get('zaphub_redis_state{state="ready"}')).toBe(1);
  expect(metrics.get('zaphub_redis_state{state="down"}')).toBe(0);
  expect(metrics.get('zaphub_redis_commands_total')).toBeGreaterThan(3);
  expect(metrics.get('zaphub_redis_connections{role="commands",is="ready"}')).toBe(2);
  const answers = metrics.get('zaphub_redis_command_seconds_count');
  expect(answers).toBeGreaterThan(3);
  expect(metrics.get('zaphub_redis_command_seconds_bucket{le="+Inf"}')).toBe(answers);
  expect(metrics.get('zaphub_cache_events_total{class="tenant",event="load"}')).toBe(1);
  // Two a request, for the plan and for the tenant itself; the first of all was the load.
  expect(metrics.get('zaphub_cache_events_total{class="tenant",event="memory_hit"}')).toBe(5);
  expect(metrics.get('zaphub_cache_keys{class="tenant"}')).toBe(1);
});

test('without Redis nothing is said of it', async () => {
  const names = [...(await metricsOf(alone)).keys()];
  expect(names.filter((name) => name.startsWith('zaphub_redis'))).toEqual([]);
  const { checks } = health.parse(await (await alone.call('/health')).json());
  expect(Object.keys(checks)).not.toContain('redis');
});

test('a Redis that goes away is told, makes the process no less ready, and its return is seen', async () => {
  const report = async () => health.parse(await (await shared.call('/health')).json());
  await eventually(async () => expect((await report()).checks['redis']).toMatchObject({ status: 'ok' }));
  await redis.kill();
  await eventually(async () => {
    const { status, checks } = await report();
    expect(checks['redis']).toMatchObject({ status: 'failed', state: 'down' });
    expect(status).toBe('degraded');
  });
  expect((await shared.call('/readyz')).status).toBe(200);
  expect((await metricsOf(shared)).get('zaphub_redis_state{state="down"}')).toBe(1);
  await redis.restart();
  await eventually(async () => expect((await report()).checks['redis']).toMatchObject({ status: 'ok' }));
});
