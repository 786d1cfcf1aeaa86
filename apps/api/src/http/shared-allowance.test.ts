import { createTenant, startRedis, type TestRedis } from '@zaphub/testing';
import { problem } from '@zaphub/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { type TestApi, useTestApi } from '../testing/test-api.ts';

const perMinute = 5;
const planRequestsPerMinute = { free: perMinute, pro: 500, enterprise: 2000 };

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
const redisUrl = (): string => redis.url;
const one = useTestApi({ requestsPerMinute: perMinute, planRequestsPerMinute, redisUrl });
const other = useTestApi({ requestsPerMinute: perMinute, planRequestsPerMinute, redisUrl, beside: one });

async function statuses(instances: readonly TestApi[], as?: string): Promise<number[]> {
  const list: number[] = [];
  for (const instance of instances) {
    list.push((await instance.call('/api/v1/tenant', as === undefined ? {} : { as })).status);
  }
  return list;
}

describe('two instances with one Redis', () => {
  test('share the allowance of a tenant', async () => {
    const { ownerId } = await createTenant(one.system);
    expect(await statuses([one, other, one, other, one], ownerId)).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses([other, one], ownerId)).toEqual([429, 429]);

    const refused = await other.call('/api/v1/tenant', { as: ownerId });
    const body = problem.parse(await refused.json());
    expect(body).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect(body.retryAfter).toBeGreaterThan(0);
    expect(body.retryAfter).toBeLessThanOrEqual(60);
    expect(refused.headers.get('retry-after')).toBe(String(body.retryAfter));
    expect(refused.headers.get('ratelimit')).toContain('r=0');
    expect(refused.headers.get('ratelimit-policy')).toContain(`q=${perMinute}; w=60`);

    const { ownerId: stranger } = await createTenant(one.system);
    expect(await statuses([one, other], stranger)).toEqual([200, 200]);
  });

  test('count together what comes at once', async () => {
    const { ownerId } = await createTenant(one.system);
    const asked = Array.from({ length: 20 }, (_, index) =>
      statuses([index % 2 === 0 ? one : other], ownerId),
    );
    const answers = (await Promise.all(asked)).flat();
    expect(answers.filter((status) => status === 200)).toHaveLength(perMinute);
    expect(answers.filter((status) => status === 429)).toHaveLength(20 - perMinute);
  });

  test('share the allowance of an address that is nobody’s', async () => {
    expect(await statuses([one, other, one, other, one])).toEqual([401, 401, 401, 401, 401]);
    expect(await statuses([other, one])).toEqual([429, 429]);
  });

  test('both hear of a change of plan, though one has read it from Redis', async () => {
    const { tenantId, ownerId } = await createTenant(one.system);
    const policies = async (): Promise<string[]> => {
      const replies = await Promise.all(
        [one, other].map((api) => api.call('/api/v1/tenant', { as: ownerId })),
      );
      return replies.map(({ headers }) => /q=\d+/.exec(headers.get('ratelimit-policy') ?? '')?.[0] ?? '');
    };
    expect(await policies()).toEqual(['q=5', 'q=5']);
    await one.system.system((tx) => tx.run(`update tenants set plan = 'pro' where id = $1`, [tenantId]));
    await eventually(async () => expect(await policies()).toEqual(['q=500', 'q=500']));
  });
});

test('Redis is killed, and comes back: nobody gets an error, and each counts alone meanwhile', async () => {
  const { ownerId } = await createTenant(one.system);
  expect(await statuses([one, other, one], ownerId)).toEqual([200, 200, 200]);

  const killed = redis.kill();
  const during = await statuses([one, other, one, other], ownerId);
  await killed;
  // Those of before the kill may have been counted in Redis still.
  expect(during.filter((status) => status !== 200 && status !== 429)).toEqual([]);
  expect(await statuses([one], ownerId)).toEqual([200]);
  const alone = await statuses(Array<TestApi>(perMinute).fill(one), ownerId);
  expect(alone.at(-1)).toBe(429);
  expect(await statuses([other], ownerId)).toEqual([200]);

  await redis.restart();
  await eventually(async () => {
    const { ownerId: next } = await createTenant(one.system);
    const answers = await statuses([one, other, one, other, one, other], next);
    expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

test('Redis that says nothing costs the first requests a moment, and nobody an error', async () => {
  const { ownerId } = await createTenant(one.system);
  await statuses([one], ownerId);
  redis.freeze();
  try {
    const startedAt = performance.now();
    expect(await statuses([one, one, one], ownerId)).toEqual([200, 200, 200]);
    // One wait for an answer and no more, with room for a busy machine.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  } finally {
    redis.thaw();
  }
  await eventually(async () => {
    const { ownerId: next } = await createTenant(one.system);
    const answers = await statuses([one, other, one, other, one, other], next);
    expect(answers).toEqual([200, 200, 200, 200, 200, 429]);
  });
});
