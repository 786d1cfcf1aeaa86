import { createTenant } from '@zaphub/testing';
import { problem, toPublicId } from '@zaphub/types';
import { expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { useTestApi } from '../testing/test-api.ts';

const api = useTestApi({ requestsPerMinute: 5 });
const plans = useTestApi({ planRequestsPerMinute: { free: 100, pro: 500, enterprise: 2000 } });

test('each tenant has an allowance of its own, and so has an address without one', async () => {
  const a = await createTenant(api.system);
  const b = await createTenant(api.system);
  const statuses = async (as?: string): Promise<number[]> => {
    const list: number[] = [];
    for (let i = 0; i < 6; i++) {
      const response = await api.call(
        as === undefined ? '/api/v1/me' : '/api/v1/tenant',
        as === undefined ? {} : { as },
      );
      list.push(response.status);
    }
    return list;
  };
  expect(await statuses(a.ownerId)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(await statuses(b.ownerId)).toEqual([200, 200, 200, 200, 200, 429]);
  expect(await statuses()).toEqual([401, 401, 401, 401, 401, 429]);

  const refused = await api.call('/api/v1/tenant', { as: a.ownerId });
  const body = problem.parse(await refused.json());
  expect(body).toMatchObject({ status: 429, code: 'too_many_requests' });
  expect(body.retryAfter).toBeGreaterThan(0);
  expect(body.retryAfter).toBeLessThanOrEqual(60);
  expect(Number(refused.headers.get('retry-after'))).toBe(body.retryAfter);
  expect(refused.headers.get('ratelimit')).toContain('r=0');
  expect(refused.headers.get('ratelimit-policy')).toContain('q=5; w=60');
});

test('naming a stranger’s tenant does not use up its allowance', async () => {
  const a = await createTenant(api.system);
  const b = await createTenant(api.system);
  const tenant = toPublicId('tenant', b.tenantId);
  for (let i = 0; i < 8; i++) await api.call('/api/v1/tenant', { as: a.ownerId, tenant });
  const response = await api.call('/api/v1/tenant', { as: b.ownerId });
  expect(response.status).toBe(200);
});

test('the allowance follows the plan, and a change of plan is heard of at once', async () => {
  const tenant = await createTenant(plans.system);
  const remaining = async (): Promise<string> => {
    const { headers } = await plans.call('/api/v1/tenant', { as: tenant.ownerId });
    return headers.get('ratelimit-policy') ?? '';
  };
  expect(await remaining()).toContain('q=100; w=60');
  for (const [plan, quota] of [
    ['pro', 'q=500; w=60'],
    ['enterprise', 'q=2000; w=60'],
    ['free', 'q=100; w=60'],
  ] as const) {
    await plans.system.system((tx) =>
      tx.run('update tenants set plan = $2 where id = $1', [tenant.tenantId, plan]),
    );
    await eventually(async () => expect(await remaining()).toContain(quota));
  }
});
