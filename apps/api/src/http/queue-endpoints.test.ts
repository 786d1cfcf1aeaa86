import { createQueues, messageSend, queueNames, type QueueBackendOptions } from '@zaphub/queues';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, startRedis, type TestRedis } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type TestApi, useTestApi } from '../testing/test-api.ts';

const operatorToken = 'the operators and nobody else may do this';
const bearer = { authorization: `Bearer ${operatorToken}` };
const password = { authorization: `Basic ${Buffer.from(`me:${operatorToken}`).toString('base64')}` };
const id = '0193b1a2-7c3d-7e4f-8a5b-123456789012';

/** As a worker has them: it makes the tables that the api's role then uses. */
async function workerQueues(backend: QueueBackendOptions) {
  const queues = await createQueues({ backend, logger: silentLogger });
  onTestFinished(() => queues.close({ deadlineMs: 500 }));
  return queues;
}

function describeOperators(kind: string, api: TestApi, backendOf: () => QueueBackendOptions): void {
  const ask = async (path: string, method = 'GET'): Promise<unknown> => {
    const answer = await api.call(`/api/v1/admin/${path}`, { method, headers: bearer });
    return answer.status === 200 ? answer.json() : answer.status;
  };

  describe(`operators, with the queues on ${kind}`, () => {
    test('see every queue, and pause, resume and drain it', async () => {
      const queues = await workerQueues(backendOf());
      await queues.add(messageSend, { tenantId: id, connectionId: id });
      const all = await ask('queues');
      expect(all).toMatchObject({ data: queueNames.map((queue) => ({ queue })) });
      expect(await ask('queues/message.send')).toMatchObject({ waiting: 1, total: 1, is_paused: false });
      expect(await ask('queues/message.send/pause', 'POST')).toEqual({ ok: true });
      expect(await ask('queues/message.send')).toMatchObject({ is_paused: true });
      expect(await ask('queues/resume', 'POST')).toEqual({ ok: true });
      expect(await ask('queues/message.send')).toMatchObject({ is_paused: false });
      expect(await ask('queues/message.send/drain', 'POST')).toEqual({ drained: 1 });
      expect(await ask('queues/clean?older_than_seconds=0', 'POST')).toEqual({ cleaned: 0 });
      expect(await ask('queues/nothing')).toBe(404);
      expect(await ask('queues/message.send/obliterate', 'POST')).toBe(404);
      expect(await ask('queues/message.send/pause', 'DELETE')).toBe(405);
    });

    test('see what failed and let it be tried again', async () => {
      const queues = await workerQueues(backendOf());
      const consumer = await queues.consume({ ...messageSend, attempts: 1 }, () =>
        Promise.reject(new Error('no luck')),
      );
      await queues.add({ ...messageSend, attempts: 1 }, { tenantId: id, connectionId: id });
      await expect
        .poll(async () => (await queues.counts('message.send')).failed, { timeout: 10_000 })
        .toBe(1);
      await consumer.close();
      expect(await ask('queues/message.send/failed')).toMatchObject({
        data: [{ error: 'no luck', attempts: 1, payload: { tenantId: id } }],
      });
      expect(await ask('queues/message.send/retry', 'POST')).toEqual({ retried: 1 });
      expect(await ask('queues/message.send')).toMatchObject({ failed: 0, waiting: 1 });
    });

    test('have a board in the browser, with the token as a password', async () => {
      await workerQueues(backendOf());
      const page = await api.call('/admin/queues', { headers: password });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      const listed = await api.call('/admin/queues/api/queues', { headers: password });
      const { queues } = (await listed.json()) as { queues: { name: string }[] };
      expect(queues.map(({ name }) => name)).toEqual(
        queueNames.map((name) => (kind === 'Postgres' ? `zaphub.${name}` : name)),
      );
    });
  });
}

describe('on Postgres', () => {
  const api = useTestApi({
    operatorToken,
    queues: (urls) => ({ kind: 'postgres', connectionString: urls.queues }),
  });
  // The tables are the worker's to make.
  beforeAll(async () => {
    const queues = await createQueues({ backend: systemBackend(api), logger: silentLogger });
    await queues.close();
  });
  describeOperators('Postgres', api, () => systemBackend(api));

  test('nobody else sees or changes anything', async () => {
    for (const path of [
      '/api/v1/admin/queues',
      '/api/v1/admin/workers',
      '/api/v1/admin/streams',
      '/admin/queues',
      '/admin/queues/api/queues',
    ]) {
      const answers = await Promise.all([
        api.call(path),
        api.call(path, { as: id }),
        api.call(path, { method: 'POST' }),
        api.call(path, { headers: { authorization: `Bearer ${operatorToken}x` } }),
        api.call(path, { headers: { authorization: `Basic ${Buffer.from('me:x').toString('base64')}` } }),
      ]);
      expect([path, ...answers.map(({ status }) => status)]).toEqual([path, 401, 401, 401, 401, 401]);
    }
    // Passwords are for pages: a browser sends them by itself.
    expect((await api.call('/api/v1/admin/queues', { headers: password })).status).toBe(401);
  });

  test('a page of another site cannot make the operator’s browser change anything', async () => {
    const path = '/admin/queues/api/queues/zaphub.message.send/pause';
    const from = (headers: Record<string, string>) =>
      api.call(path, { method: 'PUT', headers: { ...password, ...headers } });
    expect((await from({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await from({ origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await from({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect(
      (await api.call('/api/v1/admin/queues/message.send/resume', { method: 'POST', headers: bearer }))
        .status,
    ).toBe(200);
  });

  test('the open event streams are counted by process', async () => {
    const tenant = await createTenant(api.system);
    const stop = new AbortController();
    const stream = await api.call('/api/v1/events', { as: tenant.ownerId, signal: stop.signal });
    expect(stream.status).toBe(200);
    const streams = async (): Promise<unknown> =>
      (await api.call('/api/v1/admin/streams', { headers: bearer })).json();
    await expect
      .poll(streams)
      .toEqual({ total: 1, data: [{ instance: expect.any(String), streams: 1, tenants: 1 }] });
    stop.abort();
    await expect.poll(streams).toEqual({ total: 0, data: [] });
  });

  test('the workers that were heard of are listed', async () => {
    await api.system.system((tx) =>
      tx.run(
        `insert into app.workers (owner, roles, version, backend) values ('host:1', '{queues}', '1', 'postgres')`,
      ),
    );
    const answer = await api.call('/api/v1/admin/workers', { headers: bearer });
    expect(await answer.json()).toMatchObject({
      data: [{ owner: 'host:1', roles: ['queues'], is_alive: true, silent_seconds: expect.any(Number) }],
    });
  });
});

let redis: TestRedis | undefined;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.close());

describe('on Redis', () => {
  const backend = (): QueueBackendOptions => ({ kind: 'redis', url: redis?.url ?? '' });
  const api = useTestApi({ operatorToken, queues: backend });
  describeOperators('Redis', api, backend);
});

describe('without a way to the queues', () => {
  const api = useTestApi({ operatorToken });
  test('it is said in words what is missing', async () => {
    const answer = await api.call('/api/v1/admin/queues', { headers: bearer });
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('DATABASE_QUEUES_URL');
  });
});

function systemBackend(api: TestApi): QueueBackendOptions {
  return { kind: 'postgres', connectionString: api.urls.system };
}
