import { AppError } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

describe('while everything is there', () => {
  const api = useTestApi();

  test('the process lives, is ready and healthy, and tells the dashboard where to sign in', async () => {
    for (const path of ['/livez', '/readyz', '/health']) {
      const response = await api.call(path);
      expect([path, response.status, await response.json()]).toEqual([
        path,
        200,
        expect.objectContaining({ status: 'ok' }),
      ]);
    }
    const config = await api.call('/config.json');
    expect(await config.json()).toEqual({ supabase_url: '', supabase_key: 'public key', version: 'test' });
    expect((await api.call('/livez', { method: 'POST' })).status).toBe(405);
  });
});

describe('while the database is not as it should be', () => {
  const api = useTestApi({
    checkReady: () => Promise.reject(new AppError('unavailable', '2 migrations are missing')),
  });

  test('the process lives, but wants no traffic and says why', async () => {
    expect((await api.call('/livez')).status).toBe(200);
    const ready = await api.call('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'unavailable', reason: '2 migrations are missing' },
    ]);
    const health = await api.call('/health');
    expect(await health.json()).toMatchObject({ status: 'degraded', reason: '2 migrations are missing' });
  });
});
