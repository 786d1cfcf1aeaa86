import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTaskLedger } from '@zaphub/features';
import { createStats, createTaskQueue, type TaskQueue } from '@zaphub/kernel';
import { createContacts, createTenant, startRedis, useTestDatabase } from '@zaphub/testing';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';

const database = useTestDatabase();
let folder = '';
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zaphub-worker-tasks-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** A worker of its own process, ready. Its jobs are taken over two seconds after it fell silent. */
async function startWorker(env: Record<string, string> = {}): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.js')], {
    env: {
      DATABASE_SYSTEM_URL: database.urls.system,
      ZAPHUB_FILES_DIR: join(folder, 'files'),
      SIMULATOR_JOURNAL_DIR: join(folder, 'journal'),
      LEASE_MS: '2000',
      RECONCILE_MS: '500',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  running.push(child);
  await once(child, 'message');
  return child;
}

/** The task queue of the api: it adds tasks and does none. */
function apiTasks(): TaskQueue {
  return createTaskQueue({
    stats: createStats(),
    durable: createTaskLedger(database.api),
    onBacklog: () => undefined,
  });
}

const stateOf = (id: string): Promise<string | undefined> =>
  database.system.system(async (tx) => {
    const row = await tx.maybeOne<{ state: string }>('select state from tasks where id = $1', [id]);
    return row?.state;
  });

const patience = { timeout: 20_000, interval: 50 };

test('a task that the api has added is done by the worker, whichever starts first', async () => {
  const tenant = await createTenant(database.system);
  const context = { tenantId: tenant.tenantId };
  const early = await apiTasks().addTask({ name: 'tenant.export', context });
  expect(await stateOf(early)).toBe('pending');
  await startWorker();
  await expect.poll(() => stateOf(early), patience).toBe('completed');
  const late = await apiTasks().addTask({ name: 'tenant.export', context });
  await expect.poll(() => stateOf(late), patience).toBe('completed');
}, 60_000);

test.each(['Postgres', 'Redis'])(
  'a task on %s whose worker is killed is done by the next',
  async (kind) => {
    const redis = kind === 'Redis' ? await startRedis() : undefined;
    onTestFinished(() => redis?.close());
    const env = redis === undefined ? {} : { REDIS_URL: redis.url };
    const tenant = await createTenant(database.system);
    await createContacts(database.system, tenant.tenantId, { count: 10 });
    // Messages on their way: the deletion has to wait.
    await database.system.system((tx) =>
      tx.run(
        `insert into claims (tenant_id, connection_id, campaign_id, owner, lease_until, message_ids)
       values ($1, $2, gen_random_uuid(), 'elsewhere', now() + interval '1 hour', '{}')`,
        [tenant.tenantId, tenant.connectionId],
      ),
    );
    const first = await startWorker(env);
    const id = await apiTasks().addTask({
      name: 'tenant.delete',
      context: { tenantId: tenant.tenantId },
      retries: 10,
    });
    await expect.poll(() => stateOf(id), patience).toBe('processing');
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(await stateOf(id)).toBe('processing');
    await database.system.system((tx) =>
      tx.run('delete from claims where tenant_id = $1', [tenant.tenantId]),
    );
    await startWorker(env);
    // The tenant's own row goes last.
    const isThere = async (): Promise<boolean> =>
      (await database.system.system((tx) => tx.run('select from tenants where id = $1', [tenant.tenantId]))) >
      0;
    await expect.poll(isThere, patience).toBe(false);
    const log = await database.system.system((tx) =>
      tx.rows<{ event: string }>('select event from app.system_log where subject_id = $1 order by id', [
        tenant.tenantId,
      ]),
    );
    expect(log.map(({ event }) => event)).toEqual(['tenant.deletion_started', 'tenant.deleted']);
  },
  60_000,
);
