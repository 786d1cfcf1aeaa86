import { createQueues, maintenanceCleanup, messageSend, type QueueBackendOptions } from '@zaphub/queues';
import { type Logger, silentLogger } from '@zaphub/telemetry';
import { createTenant, startRedis, useTestDatabase } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  cleanupSteps,
  createCleanupHandler,
  keepCleanupScheduled,
  listWorkers,
  startHeartbeat,
  watchQueues,
} from './index.ts';

const database = useTestDatabase();
const patience = { timeout: 15_000, interval: 20 };
const count = (text: string) =>
  database.system.system(async (tx) => (await tx.one<{ n: number }>(`select count(*) as n from ${text}`)).n);
const run = (text: string, values: unknown[] = []) => database.system.system((tx) => tx.run(text, values));

describe('a worker', () => {
  const self = { owner: 'host:1', roles: ['message.send'], version: '1.2.3', backend: 'postgres' } as const;
  const beat = (options = {}) =>
    startHeartbeat({ db: database.system, logger: silentLogger }, self, { everyMs: 20, ...options });

  test('is seen while it lives, with its numbers, and leaves when it ends in good order', async () => {
    let running = 1;
    const heart = await beat({ numbers: () => ({ running }) });
    expect(await listWorkers(database.api)).toMatchObject([
      { ...self, isAlive: true, numbers: { running: 1 } },
    ]);
    running = 2;
    await expect.poll(() => listWorkers(database.api), patience).toMatchObject([{ numbers: { running: 2 } }]);
    await heart.close();
    expect(await listWorkers(database.api)).toEqual([]);
  });

  test('that fell silent is told from one that lives', async () => {
    await run(
      `insert into app.workers (owner, roles, version, backend, heartbeat_at)
       values ('gone:1', '{}', '1', 'redis', clock_timestamp() - interval '45 seconds')`,
    );
    onTestFinished(async () => void (await run(`delete from app.workers where owner = 'gone:1'`)));
    expect(await listWorkers(database.api)).toMatchObject([{ owner: 'gone:1', isAlive: false }]);
  });
});

describe.each(['Postgres', 'Redis'])('the cleanup on %s', (kind) => {
  async function open(logger: Logger = silentLogger) {
    const backend = await backendOf(kind);
    const queues = await createQueues({ backend, logger, prefix: `cleanup${++rounds}` });
    onTestFinished(() => queues.close({ deadlineMs: 500 }));
    return queues;
  }

  test('comes by the clock and takes away what has had its time, twice the same', async () => {
    const { tenantId } = await createTenant(database.system);
    await run(
      `insert into idempotency_keys (tenant_id, key, fingerprint, expires_at)
       values ($1, 'old', '', clock_timestamp() - interval '1 s'), ($1, 'new', '', clock_timestamp() + interval '1 h')`,
      [tenantId],
    );
    await run(
      `insert into claims (tenant_id, connection_id, campaign_id, owner, lease_until, message_ids)
       select $1, gen_random_uuid(), gen_random_uuid(), 'x', clock_timestamp() - d, array[gen_random_uuid()]
       from unnest(array[interval '2 hours', interval '1 minute']) d`,
      [tenantId],
    );
    await run(
      `insert into app.workers (owner, roles, version, backend, heartbeat_at)
       values ('gone:2', '{}', '1', 'redis', clock_timestamp() - interval '2 hours')`,
    );
    await run(
      `insert into dead_letters (tenant_id, message_id, campaign_id, connection_id, code, class)
       values ($1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'x', 'rejected')`,
      [tenantId],
    );
    await run(
      `insert into event_streams (tenant_id, id, instance, connected_at, expires_at)
       select $1, 'stream ' || d, 'api', now(), clock_timestamp() + d from unnest(array[interval '-1 s', interval '1 h']) d`,
      [tenantId],
    );
    await run(
      `insert into contact_sends (tenant_id, contact_id, day)
       select $1, gen_random_uuid(), current_date - d from unnest(array[93, 91, 0]) d`,
      [tenantId],
    );
    const queues = await open();
    let cleanups = 0;
    const handler = createCleanupHandler({
      db: database.system,
      logger: silentLogger,
      steps: [
        ...cleanupSteps({ db: database.system, queues: queues.admin }),
        { name: 'counted', run: () => Promise.resolve(cleanups++ * 0) },
      ],
    });
    await queues.consume(maintenanceCleanup, handler);
    const schedule = await keepCleanupScheduled({ queues, logger: silentLogger }, { everyMs: 200 });
    onTestFinished(() => schedule.close());
    await expect.poll(() => cleanups, patience).toBeGreaterThanOrEqual(2);
    expect({
      keys: await count(`idempotency_keys where tenant_id = '${tenantId}'`),
      claims: await count(`claims where tenant_id = '${tenantId}'`),
      workers: await count(`app.workers where owner = 'gone:2'`),
      deadLetters: await count('dead_letters'),
      streams: await count(`event_streams where tenant_id = '${tenantId}'`),
      contactSends: await count(`contact_sends where tenant_id = '${tenantId}'`),
    }).toEqual({ keys: 1, claims: 1, workers: 0, deadLetters: 0, streams: 1, contactSends: 2 });
  });

  test('is done by one at a time, whoever has a job for it', async () => {
    const queues = await open();
    const gate = Promise.withResolvers<undefined>();
    let running = 0;
    let most = 0;
    let begun = 0;
    const slow = {
      name: 'slow',
      run: async () => {
        begun++;
        most = Math.max(most, ++running);
        await gate.promise;
        running--;
        return 0;
      },
    };
    const handler = createCleanupHandler({ db: database.system, logger: silentLogger, steps: [slow] });
    await queues.consume(maintenanceCleanup, handler, { concurrency: 3 });
    for (let job = 0; job < 3; job++) await queues.add(maintenanceCleanup, {});
    // The two that found it taken are over while the first is still at it.
    await expect
      .poll(() => queues.admin.metrics('maintenance.cleanup'), patience)
      .toMatchObject({ active: 1, completed: 2 });
    gate.resolve(undefined);
    await expect
      .poll(() => queues.admin.metrics('maintenance.cleanup'), patience)
      .toMatchObject({ active: 0, completed: 3 });
    expect([most, begun]).toEqual([1, 1]);
  });

  test('comes again after its queue has forgotten everything', async () => {
    const queues = await open();
    const schedule = await keepCleanupScheduled(
      { queues, logger: silentLogger },
      { everyMs: 60_000, lookEveryMs: 20 },
    );
    onTestFinished(() => schedule.close());
    expect((await queues.admin.metrics('maintenance.cleanup')).total).toBe(1);
    await queues.admin.drain('maintenance.cleanup', { withDelayed: true });
    await expect
      .poll(async () => (await queues.admin.metrics('maintenance.cleanup')).total, patience)
      .toBe(1);
  });
});

describe('the watch over the queues', () => {
  test('tells when an alarm begins and when it ends, once each', async () => {
    const said: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (message, fields) => void said.push(`${message} ${String(fields?.['name'])}`),
      info: (message, fields) => void said.push(`${message} ${String(fields?.['name'])}`),
    };
    const queues = await createQueues({
      backend: await backendOf('Postgres'),
      logger: silentLogger,
      prefix: 'watched',
    });
    onTestFinished(() => queues.close({ deadlineMs: 500 }));
    let nowMs = 0;
    const limits = {
      depth: 0,
      failures01: 1,
      fewestAttempts: 1,
      deadLetters: 1000,
      utilisation01: 2,
      windowMs: 1000,
    };
    const watch = watchQueues(
      { queues, db: database.system, logger },
      { everyMs: 3_600_000, limits, now: () => nowMs },
    );
    onTestFinished(() => watch.close());
    const id = '0193b1a2-7c3d-7e4f-8a5b-123456789012';
    await queues.add(messageSend, { tenantId: id, connectionId: id });
    for (nowMs = 2000; nowMs <= 4000; nowMs += 500) await watch.look();
    expect(watch.alarms()).toMatchObject([{ name: 'queue_depth', queue: 'message.send' }]);
    expect(watch.latest()?.queues.find(({ queue }) => queue === 'message.send')?.total).toBe(1);
    await queues.admin.drain('message.send');
    await watch.look();
    expect(watch.alarms()).toEqual([]);
    expect(said).toEqual(['queue alarm queue_depth', 'queue alarm is over queue_depth']);
  });
});

let rounds = 0;

async function backendOf(kind: string): Promise<QueueBackendOptions> {
  if (kind === 'Postgres') return { kind: 'postgres', connectionString: database.urls.system };
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  return { kind: 'redis', url: redis.url };
}
