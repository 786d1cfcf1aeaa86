import { createTenant } from '@zaphub/testing';
import { AppError } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import type { HealthCheck } from '../health/health.ts';
import { useTestApi } from '../testing/test-api.ts';

describe('while everything is there', () => {
  const api = useTestApi();

  test('the process lives, is ready, and tells the dashboard where to sign in', async () => {
    for (const path of ['/livez', '/readyz']) {
      const response = await api.call(path);
      expect([path, response.status, await response.json()]).toEqual([path, 200, { status: 'ok' }]);
    }
    const config = await api.call('/config.json');
    expect(await config.json()).toEqual({
      supabase_url: '',
      supabase_key: 'public key',
      version: 'test',
      providers: ['simulator', 'cloud-api', 'wuzapi', 'baileys'],
    });
    expect((await api.call('/livez', { method: 'POST' })).status).toBe(405);
  });

  test('the report of its health has everything that was looked at', async () => {
    const response = await api.call('/health');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      version: 'test',
      event_streams: 0,
      checks: {
        database: { status: 'ok', latency_ms: expect.any(Number) },
        migrations: { status: 'ok' },
        queues: { status: 'ok', outbox_waiting: 0 },
        tasks: { status: 'ok', pending: 0 },
        memory: { limit_bytes: expect.any(Number), used_bytes: expect.any(Number) },
        event_loop: { p99_ms: expect.any(Number) },
        cpu: { cores: expect.any(Number) },
        plugins: { status: 'ok' },
      },
    });
  });
});

describe('while migrations are missing', () => {
  const missing: HealthCheck = {
    name: 'migrations',
    isRequired: true,
    run: () => Promise.reject(new AppError('unavailable', '2 migrations are missing')),
  };
  const api = useTestApi({ checks: [missing] });

  test('the process lives, but wants no traffic and says why', async () => {
    expect((await api.call('/livez')).status).toBe(200);
    const ready = await api.call('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'unavailable', reason: '2 migrations are missing' },
    ]);
    const health = await api.call('/health');
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'unavailable', reason: '2 migrations are missing' });
  });
});

describe('while no worker runs', () => {
  const backlogs: number[] = [];
  const api = useTestApi({ onBacklog: (waiting) => backlogs.push(waiting) });

  test('the process wants traffic, says what waits, and warns of more than a hundred tasks', async () => {
    const { tenantId } = await createTenant(api.system);
    await api.system.system(async (tx) => {
      await tx.run(
        `insert into outbox (tenant_id, job, payload, due_at) values ($1, 'task.run', '{}', now() - interval '5 minutes')`,
        [tenantId],
      );
      await tx.run(
        `insert into tasks (tenant_id, name, subject) select $1, 'campaign.recount', n::text from generate_series(1, 101) n`,
        [tenantId],
      );
    });
    const report = await api.call('/health');
    expect([report.status, await report.json()]).toEqual([
      200,
      expect.objectContaining({
        status: 'degraded',
        checks: expect.objectContaining({
          queues: expect.objectContaining({ status: 'degraded', outbox_waiting: 1 }),
          tasks: { status: 'degraded', reason: '101 tasks wait', pending: 101, processing: 0 },
        }),
      }),
    ]);
    expect(backlogs).toEqual([101]);
    expect((await api.call('/readyz')).status).toBe(200);
  });
});
