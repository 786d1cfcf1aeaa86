import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listWorkers } from '@zaphub/features';
import { useTestDatabase } from '@zaphub/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const database = useTestDatabase();
let folder = '';
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zaphub-worker-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function launch(env: Record<string, string> = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.js'), ...args], {
    env: {
      DATABASE_SYSTEM_URL: database.urls.system,
      ZAPHUB_FILES_DIR: join(folder, 'files'),
      SIMULATOR_JOURNAL_DIR: join(folder, 'journal'),
      LOG_LEVEL: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  const closed = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  return { child, closed, output: () => output };
}

test('prints its boot tree when it is asked to, and stops in good order', async () => {
  const worker = launch({ ZAPHUB_BOOT_TREE: 'true' });
  await once(worker.child, 'message');
  await expect.poll(() => worker.output()).toMatch(/─ reconciler \d+ ms/);
  for (const plugin of [
    'database',
    'queues',
    'stats',
    'task-store',
    'tasks',
    'consumers',
    'heartbeat',
    'cleanup',
  ])
    expect(worker.output()).toMatch(new RegExp(`─ ${plugin} \\d+ ms`));
  worker.child.kill('SIGTERM');
  expect(await worker.closed).toBe(0);
}, 30_000);

test.each([
  ['--connections', ['sessions', 'lane-bell', 'session-consumers'], ['relay', 'reconciler', 'consumers']],
  ['--queues', ['relay', 'reconciler', 'consumers'], ['sessions', 'lane-bell']],
])(
  'with %s does that alone',
  async (role, parts, others) => {
    const worker = launch({ ZAPHUB_BOOT_TREE: 'true' }, [role]);
    await once(worker.child, 'message');
    for (const part of parts)
      await expect.poll(() => worker.output()).toMatch(new RegExp(`─ ${part} \\d+ ms`));
    for (const part of others) expect(worker.output()).not.toMatch(new RegExp(`─ ${part} \\d+ ms`));
    worker.child.kill('SIGTERM');
    expect(await worker.closed).toBe(0);
  },
  60_000,
);

test('does not start when a part of it cannot, and names the part', async () => {
  const nowhere = launch({ REDIS_URL: 'redis://127.0.0.1:9', ZAPHUB_BOOT_TREE: 'true' });
  expect(await nowhere.closed).toBe(1);
  expect(nowhere.output()).toContain('the worker did not start: plugin \\"queues\\"');
  expect(nowhere.output()).toMatch(/─ queues \d+ ms failed: /);
  expect(nowhere.output()).toContain('consumers not started');
}, 60_000);

test('does the queues it was told to, is seen with them, and shows its numbers on this machine', async () => {
  const worker = launch({ WORKER_QUEUES: 'imports,maintenance.cleanup', WORKER_METRICS_PORT: '0' });
  await once(worker.child, 'message');
  const [seen] = await listWorkers(database.api);
  expect(seen).toMatchObject({ backend: 'postgres', isAlive: true });
  expect(seen?.roles).toEqual(expect.arrayContaining(['imports', 'maintenance.cleanup']));
  const url = `http://127.0.0.1:${String(seen?.numbers['metrics_port'])}`;
  const metrics = (await (await fetch(`${url}/metrics`)).text()).split('\n');
  const places = metrics.filter((line) => line.startsWith('zaphub_worker_places{'));
  expect(places.map((line) => /queue="([^"]+)"/.exec(line)?.[1])).toEqual(
    expect.arrayContaining(['imports', 'maintenance.cleanup']),
  );
  expect(places.join()).not.toContain('message.send');
  await expect.poll(async () => (await fetch(`${url}/health`)).text()).toContain('"status":"ok"');
  worker.child.kill('SIGTERM');
  expect(await worker.closed).toBe(0);
  expect(await listWorkers(database.api)).toEqual([]);
}, 30_000);

test('refuses the name of a queue that is none', async () => {
  const worker = launch({ WORKER_QUEUES: 'imports,message:send' });
  expect(await worker.closed).toBe(2);
  expect(worker.output()).toContain('message:send');
}, 30_000);
