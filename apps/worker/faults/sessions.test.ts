import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemScope } from '@zaphub/db';
import { connectSession, createCredentialsKey } from '@zaphub/features';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { openFaultStage } from './fault-stage.ts';

const database = useTestDatabase();
const key = createCredentialsKey().reveal();
let tenant: TestTenant;
/** What the processes told, in the order in which it was heard. */
let told: string[];
let running: ChildProcess[];

beforeEach(async () => {
  tenant = await createTenant(database.system);
  told = [];
  running = [];
  await database.system.system(async (tx) => {
    await tx.run(`update connections set provider = 'baileys', status = 'created' where id = $1`, [
      tenant.connectionId,
    ]);
    await tx.run('insert into connection_sessions (connection_id, tenant_id) values ($1, $2)', [
      tenant.connectionId,
      tenant.tenantId,
    ]);
  });
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  // The tests share a database: nobody is to take this one over in the next.
  await database.system.system((tx) => tx.run('update connection_sessions set wanted = false'));
});

function start(owner: string): ChildProcess {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('session-process.ts', import.meta.url)), database.urls.system, owner, key],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  child.on('message', (message) => told.push(typeof message === 'string' ? message : ''));
  running.push(child);
  return child;
}

async function heard(line: string, times = 1): Promise<void> {
  const giveUpAtMs = performance.now() + 20_000;
  while (told.filter((each) => each === line).length < times) {
    if (performance.now() > giveUpAtMs) throw new Error(`nobody told "${line}": ${told.join(', ')}`);
    await pause(10);
  }
}

async function session(): Promise<{ status: string; owner: string | null; fence: number }> {
  return database.system.system((tx) =>
    tx.one(
      `select c.status, s.owner, s.fence from connections c join connection_sessions s on s.connection_id = c.id
       where c.id = $1`,
      [tenant.connectionId],
    ),
  );
}

async function openedBy(owner: string): Promise<ChildProcess> {
  const child = start(owner);
  await heard(`${owner} ready`);
  await database.api.tenant(tenant.scope, (tx) =>
    connectSession(tx, tenant.scope, { connectionId: tenant.connectionId }),
  );
  await heard(`${owner} opened`);
  return child;
}

test('a number whose owner was killed is taken over when its lease has ended, and not before', async () => {
  const a = await openedBy('a');
  start('b');
  await heard('b ready');
  const { leaseLeftMs } = await database.system.system((tx) =>
    tx.one<{ leaseLeftMs: number }>(
      `select extract(epoch from lease_until - clock_timestamp())::float8 * 1000 as "leaseLeftMs"
       from connection_sessions where connection_id = $1`,
      [tenant.connectionId],
    ),
  );
  const killedAtMs = performance.now();
  a.kill('SIGKILL');
  await heard('b opened');
  // Less what passed between the look at the lease and the kill: a renewal may have come in between, which only adds.
  expect(performance.now() - killedAtMs).toBeGreaterThan(leaseLeftMs - 300);
  expect(await session()).toMatchObject({ owner: 'b', fence: 2 });
});

test('an owner that was frozen lets go at once when it wakes, and speaks for the number no more', async () => {
  const a = await openedBy('a');
  start('b');
  await heard('b ready');
  a.kill('SIGSTOP');
  await heard('b opened');
  a.kill('SIGCONT');
  await heard('a closed');
  const giveUpAtMs = performance.now() + 10_000;
  while ((await session()).status !== 'connected' && performance.now() < giveUpAtMs) await pause(20);
  expect(await session()).toEqual({ status: 'connected', owner: 'b', fence: 2 });
  expect(told.filter((line) => line.endsWith('opened'))).toEqual(['a opened', 'b opened']);
});

test('a campaign on a socket is sent by the worker that holds it, and by the next when that one is killed', async () => {
  const stage = await openFaultStage({
    env: { SIMULATOR_LATENCY_MIN_MS: '5', SIMULATOR_LATENCY_MAX_MS: '30', ZAPHUB_CREDENTIALS_KEY: key },
  });
  onTestFinished(() => stage.close());
  const recipients = 3_000;
  const campaign = await stage.seed({ recipients });
  const { tenantId, connectionId } = campaign;
  await stage.db.system(async (tx) => {
    await tx.run(`update connections set status = 'created' where id = $1`, [connectionId]);
    await tx.run(
      `insert into connection_sessions (connection_id, tenant_id, place) values ($1, $2, 'socket')`,
      [connectionId, tenantId],
    );
    await connectSession(tx, systemScope(tenantId), { connectionId });
  });
  const workers = [stage.worker(), stage.worker()];
  const holder = async (): Promise<number> => {
    const row = await stage.db.system((tx) =>
      tx.one<{ owner: string | null; lane: string | null }>(
        `select s.owner, l.owner as lane from connection_sessions s join lanes l on l.connection_id = s.connection_id
         where s.connection_id = $1`,
        [connectionId],
      ),
    );
    // The lane is nobody's between turns, and never somebody else's.
    if (row.lane !== null) expect(row.lane).toBe(row.owner);
    return Number(row.owner?.split(':').at(-1));
  };
  await stage.untilRequests(300);
  const firstPid = await holder();
  await workers.find(({ pid }) => pid === firstPid)?.kill();
  await stage.untilCompleted(campaign);
  expect(workers.map(({ pid }) => pid).filter((pid) => pid !== firstPid)).toEqual([await holder()]);
  await stage.expectExactlyOnce(campaign, recipients);
});
