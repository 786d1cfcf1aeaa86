import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createQueues, messageSend, queueNames, type Queues } from '@zaphub/queues';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../run-cli.ts';

const database = useTestDatabase();
const id = '0193b1a2-7c3d-7e4f-8a5b-123456789012';
let homeDir: string;
let queues: Queues;

beforeAll(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'zaphub-cli-queues-'));
  queues = await createQueues({
    backend: { kind: 'postgres', connectionString: database.urls.system },
    logger: silentLogger,
  });
});
afterAll(async () => {
  await queues.close();
  await rm(homeDir, { recursive: true, force: true });
});

async function zaphub(...args: string[]) {
  const lines: string[] = [];
  const told: string[] = [];
  const never = new AbortController().signal;
  const code = await runCli(['queues', ...args], {
    env: {
      ZAPHUB_HOME: homeDir,
      LANG: 'en_US.UTF-8',
      DATABASE_URL: database.urls.owner,
      DATABASE_API_URL: database.urls.api,
      DATABASE_SYSTEM_URL: database.urls.system,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'key',
    },
    signal: never,
    force: never,
    print: (line) => void lines.push(line),
    tell: (line) => void told.push(line),
  });
  return { code, output: lines.join('\n'), told: told.join('\n') };
}

test('lists every queue, for people and for machines', async () => {
  await queues.add(messageSend, { tenantId: id, connectionId: id });
  const { code, output } = await zaphub();
  expect(code).toBe(0);
  for (const name of queueNames) expect(output).toMatch(new RegExp(`^${name} `, 'm'));
  expect(output).toMatch(/^message\.send +1 +0 +0 +0 +0$/m);
  const listed: unknown = JSON.parse((await zaphub('list', '--json')).output);
  expect(listed).toMatchObject(queueNames.map((queue) => ({ queue })));
});

test('pauses and resumes one queue or all of them', async () => {
  await zaphub('pause', 'message.send');
  expect((await zaphub('list', 'message.send')).output).toContain('paused');
  await zaphub('pause');
  expect((await queues.admin.allMetrics()).every(({ isPaused }) => isPaused)).toBe(true);
  await zaphub('resume');
  expect((await queues.admin.allMetrics()).some(({ isPaused }) => isPaused)).toBe(false);
});

test('shows what failed, puts it back, throws it away', async () => {
  await queues.admin.drain('message.send');
  const fragile = { ...messageSend, attempts: 1 };
  const consumer = await queues.consume(fragile, () => Promise.reject(new Error('no luck')));
  await queues.add(fragile, { tenantId: id, connectionId: id });
  await expect.poll(async () => (await queues.counts('message.send')).failed, { timeout: 10_000 }).toBe(1);
  await consumer.close();
  expect((await zaphub('failed', 'message.send')).output).toContain('no luck');
  expect((await zaphub('retry', 'message.send', '--json')).output).toBe('{"retried":1}');
  expect((await zaphub('drain', 'message.send', '--json')).output).toBe('{"drained":1}');
  expect((await zaphub('failed', 'message.send')).output).toBe('Nothing failed.');
  expect((await zaphub('clean', '--older-than', '0', '--json')).output).toBe('{"cleaned":0}');
});

test('says what it does not understand, and does nothing then', async () => {
  const wrong = await Promise.all([
    zaphub('stop'),
    zaphub('drain'),
    zaphub('pause', 'message:send'),
    zaphub('list', '--limit', 'many'),
  ]);
  expect(wrong.map(({ code }) => code === 0)).toEqual([false, false, false, false]);
  expect(wrong[2]?.told).toContain('message.send');
});
