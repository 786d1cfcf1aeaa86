import { createTenant } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

const paths = ['/api/v1/admin/stats', '/metrics'];
const operatorToken = 'the operators and nobody else may read this';
const asOperator = { headers: { authorization: `Bearer ${operatorToken}` } };

describe('with a token for operators', () => {
  const api = useTestApi({ operatorToken });

  test('the numbers of the installation are shown, as JSON and for Prometheus', async () => {
    const tenant = await createTenant(api.system);
    const asked = await api.call('/api/v1/tenant/exports', { method: 'POST', as: tenant.ownerId });
    expect(asked.status).toBe(202);
    const stats = await api.call('/api/v1/admin/stats', asOperator);
    expect(stats.headers.get('cache-control')).toBe('no-store');
    expect(await stats.json()).toMatchObject({
      metrics: {
        counters: { 'tasks.added': 1 },
        timings: { 'http.POST /tenant/exports': { count: 1 } },
        leftOut: 0,
      },
      queue: { pending: 1, processing: 0, byPriority: { high: 0, normal: 1, low: 0 } },
      event_streams: 0,
      uptime_seconds: expect.any(Number),
    });
    const metrics = await api.call('/metrics', asOperator);
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    const lines = (await metrics.text()).split('\n');
    for (const line of [
      'zaphub_ready 1',
      'zaphub_check_ok{check="database"} 1',
      'zaphub_tasks{state="pending"} 1',
      'zaphub_tasks_pending{priority="normal"} 1',
      'zaphub_counted_total{name="tasks.added"} 1',
    ])
      expect(lines).toContain(line);
    expect((await api.call('/metrics', { ...asOperator, method: 'POST' })).status).toBe(405);
  });

  test('nobody else sees them, not even an owner', async () => {
    const { ownerId } = await createTenant(api.system);
    for (const path of paths) {
      const answers = await Promise.all([
        api.call(path),
        api.call(path, { as: ownerId }),
        api.call(path, { headers: { authorization: `Bearer ${operatorToken}x` } }),
        api.call(path, { headers: { authorization: `Bearer ${operatorToken.slice(1)}` } }),
        api.call(path, { headers: { authorization: operatorToken } }),
        api.call(`${path}?token=${encodeURIComponent(operatorToken)}`),
        api.call(path, { method: 'POST' }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(Array.from(answers, () => 401));
      expect(answers[0]?.headers.get('www-authenticate')).toBe('Bearer');
      expect(await answers[0]?.json()).toMatchObject({ code: 'unauthenticated' });
    }
  });
});

describe('with few tries a minute', () => {
  const api = useTestApi({ operatorToken, requestsPerMinute: 3 });

  test('whoever guesses is soon refused, while the operators go on', async () => {
    const guess = () => api.call('/metrics', { headers: { authorization: 'Bearer guess' } });
    const statuses: number[] = [];
    for (let tries = 0; tries < 5; tries++) statuses.push((await guess()).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await api.call('/metrics', asOperator)).status).toBe(200);
  });
});

describe('without a token for operators', () => {
  const api = useTestApi();

  test('there is nothing, for anybody', async () => {
    for (const path of paths) {
      for (const call of [{}, asOperator, { headers: { authorization: 'Bearer ' } }]) {
        const answer = await api.call(path, call);
        expect([path, answer.status]).toEqual([path, 404]);
      }
    }
  });
});
