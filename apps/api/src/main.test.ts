import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTenant, startRedis, useTestDatabase } from '@zaphub/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { mintToken, testSecret } from './testing/mint-token.ts';
import { eventually } from './testing/eventually.ts';

const database = useTestDatabase();
const main = join(import.meta.dirname, 'main.js');

/** Stands for Supabase: answers only when the test says so. */
const waiting: ServerResponse[] = [];
const supabase = createServer((_req, res) => void waiting.push(res));
let supabaseUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => void supabase.listen(0, '127.0.0.1', resolve));
  // A listening TCP server has an address with a port.
  supabaseUrl = `http://127.0.0.1:${(supabase.address() as AddressInfo).port}`;
});
afterAll(async () => {
  supabase.closeAllConnections();
  await new Promise((resolve) => supabase.close(resolve));
});

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  waiting.length = 0;
});

interface Api {
  child: ChildProcess;
  url: string;
  output: () => string;
  exited: Promise<number | null>;
}

function launch(env: Record<string, string> = {}): Omit<Api, 'url'> {
  const child = spawn(process.execPath, [main], {
    env: {
      DATABASE_API_URL: database.urls.api,
      SUPABASE_URL: supabaseUrl,
      SUPABASE_PUBLISHABLE_KEY: 'public',
      SUPABASE_JWT_SECRET: testSecret,
      ZAPHUB_FILES_DIR: join(tmpdir(), 'zaphub-main-test'),
      ZAPHUB_PORT: '0',
      LOG_LEVEL: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  return { child, output: () => output, exited };
}

async function start(env: Record<string, string> = {}, timeout = 10_000): Promise<Api> {
  const api = launch(env);
  const url = await eventually(
    () => {
      const [, found] = /"url":"([^"]+)"/.exec(api.output()) ?? [];
      if (found === undefined) throw new Error(`not listening yet: ${api.output()}`);
      return found;
    },
    { timeout },
  );
  return { ...api, url };
}

test('serves, and on SIGTERM finishes requests, sends streams away and takes no new ones', async () => {
  const api = await start();
  expect(await (await fetch(api.url + '/readyz')).json()).toEqual({ status: 'ok' });
  const { ownerId } = await createTenant(database.system);
  const headers = { authorization: `Bearer ${await mintToken(ownerId)}` };
  const me = await fetch(api.url + '/api/v1/me', { headers });
  expect(me.status).toBe(200);
  const stream = await fetch(api.url + '/api/v1/events', { headers });
  const slow = fetch(api.url + '/auth/v1/slow');
  await eventually(() => expect(waiting).toHaveLength(1));

  api.child.kill('SIGTERM');
  const events = await stream.text();
  expect(events).toMatch(/retry: \d+\nevent: closing\ndata: .*server_closing/);
  await eventually(() => expect(fetch(api.url + '/livez')).rejects.toThrow());
  expect(api.child.exitCode).toBeNull();
  const releasedAt = performance.now();
  waiting[0]?.end('"done"');
  expect(await (await slow).text()).toBe('"done"');
  expect(await api.exited).toBe(0);
  expect(performance.now() - releasedAt).toBeLessThan(6000);
}, 30_000);

test('cuts off what does not end in time', async () => {
  const api = await start({ SHUTDOWN_TIMEOUT_MS: '1500' });
  const slow = fetch(api.url + '/auth/v1/slow');
  await eventually(() => expect(waiting).toHaveLength(1));
  api.child.kill('SIGTERM');
  await expect(slow).rejects.toThrow();
  expect(await api.exited).toBe(0);
}, 30_000);

test('starts without its Redis, says so, and uses it once it is there', async () => {
  const redis = await startRedis();
  try {
    await redis.kill();
    const api = await start({ REDIS_URL: redis.url }, 30_000);
    const healthOf = async (): Promise<unknown> => {
      expect((await fetch(api.url + '/readyz')).status).toBe(200);
      return (await fetch(api.url + '/health')).json();
    };
    expect(await healthOf()).toMatchObject({
      status: 'degraded',
      checks: { redis: { status: 'failed' }, redis_events: { status: 'failed' } },
    });
    const { ownerId } = await createTenant(database.system);
    const headers = { authorization: `Bearer ${await mintToken(ownerId)}` };
    expect((await fetch(api.url + '/api/v1/tenant', { headers })).status).toBe(200);

    await redis.restart();
    await eventually(async () => {
      expect(await healthOf()).toMatchObject({
        checks: { redis: { status: 'ok', state: 'ready' }, redis_events: { status: 'ok', state: 'ready' } },
      });
    });
    expect((await fetch(api.url + '/api/v1/tenant', { headers })).status).toBe(200);
    api.child.kill('SIGTERM');
    expect(await api.exited).toBe(0);
  } finally {
    await redis.close();
  }
}, 60_000);

test('ends with the process that started it', async () => {
  const api = await start();
  api.child.disconnect();
  expect(await api.exited).toBe(0);
}, 30_000);

test('says everything that is wrong with its configuration, and opens nothing', async () => {
  const api = launch({ ZAPHUB_PORT: 'x', DATABASE_API_URL: '', SUPABASE_URL: 'nowhere' });
  expect(await api.exited).toBe(2);
  for (const name of ['ZAPHUB_PORT', 'DATABASE_API_URL', 'SUPABASE_URL'])
    expect(api.output()).toContain(name);
}, 30_000);

test('prints its boot tree when it is asked to, also when a part has failed', async () => {
  const api = await start({ ZAPHUB_BOOT_TREE: 'true' });
  await eventually(() => expect(api.output()).toMatch(/─ http \d+ ms/));
  expect(api.output()).toMatch(/^boot \d+ ms$/m);
  for (const plugin of ['database', 'events', 'stats', 'tasks'])
    expect(api.output()).toMatch(new RegExp(`─ ${plugin} \\d+ ms`));
  const broken = launch({
    ZAPHUB_BOOT_TREE: 'true',
    DATABASE_API_URL: 'postgres://zaphub_api@127.0.0.1:9/none',
  });
  expect(await broken.exited).toBe(1);
  expect(broken.output()).toMatch(/─ database \d+ ms failed: /);
  expect(broken.output()).toContain('http not started');
}, 30_000);

test('does not start without a database, or on a port that is taken', async () => {
  const away = launch({ DATABASE_API_URL: 'postgres://zaphub_api@127.0.0.1:9/none' });
  expect(await away.exited).toBe(1);
  expect(away.output()).toContain('plugin \\"database\\"');
  const taken = launch({ ZAPHUB_PORT: new URL(supabaseUrl).port });
  expect(await taken.exited).toBe(1);
  expect(taken.output()).toContain('EADDRINUSE');
}, 30_000);
