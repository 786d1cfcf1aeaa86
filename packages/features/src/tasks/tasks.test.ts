import { createStats, createTaskQueue } from '@zaphub/kernel';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { AppError, toPublicId } from '@zaphub/types';
import { describe, expect, it } from 'vitest';
import { temporaryFolder, ledgerFixture } from '../ledger-fixture.ts';
import { createLocalFileStore } from '../files/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { requestTask } from './actions/request-task.ts';
import { createRecountHandler } from './jobs/recount-campaign.ts';
import { trackTask } from './jobs/track-task.ts';
import { getTask, readTaskCounts } from './queries.ts';
import { taskSteps } from './steps.ts';
import { createTaskLedger } from './task-ledger.ts';

const database = useTestDatabase();
const signal = new AbortController().signal;
const deps = () => ({ db: database.system, logger: silentLogger });
const read = (scope: Parameters<typeof getTask>[0], id: string) =>
  database.api.tenant(scope, (tx) => getTask(scope, tx, id));
const step = async (name: string): Promise<number> => {
  const { dir, remove } = await temporaryFolder();
  const files = createLocalFileStore(dir);
  const found = taskSteps({ ...deps(), files }).find((each) => each.name === name);
  try {
    return (await found?.run()) ?? -1;
  } finally {
    await remove();
  }
};
const age = (id: string, column: 'progress_at' | 'finished_at', interval: string) =>
  database.system.system((tx) =>
    tx.run(`update tasks set ${column} = now() - $2::interval where id = $1`, [id, interval]),
  );
const ringsFor = (id: string) =>
  database.system.system((tx) =>
    tx.rows<{ payload: unknown }>(
      `select payload from outbox where job = 'task.run' and payload ->> 'id' = $1`,
      [id],
    ),
  );

describe('a tenant’s task', () => {
  it('is a row and a doorbell, both or none, and the same is not begun twice', async () => {
    const { scope, tenantId } = await createTenant(database.system);
    const id = await database.api.tenant(scope, (tx) => requestTask(scope, tx, { name: 'tenant.export' }));
    expect(await read(scope, id)).toMatchObject({ state: 'pending', priority: 'normal', attempts: 0 });
    expect(await ringsFor(id)).toEqual([
      { payload: { id, name: 'tenant.export', context: { tenantId }, priority: 'normal', retries: 2 } },
    ]);
    await expect(
      database.api.tenant(scope, (tx) => requestTask(scope, tx, { name: 'tenant.export' })),
    ).rejects.toMatchObject({ code: 'conflict', details: { task_id: toPublicId('task', id) } });
    const undone = database.api.tenant(scope, async (tx) => {
      await requestTask(scope, tx, { name: 'campaign.recount', subject: 'x' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const other = await createTenant(database.system);
    await expect(read(other.scope, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is added through the task queue of a process that cannot reach the queue, by its tenant', async () => {
    const { scope, tenantId, ownerId } = await createTenant(database.system);
    const stats = createStats();
    const durable = createTaskLedger(database.api);
    const queue = createTaskQueue({ stats, durable, onBacklog: () => undefined });
    const before = await queue.getQueueStats();
    const context = { tenantId, requestedBy: ownerId, subject: 'c1', campaignId: 'c1' };
    const id = await queue.addTask({ name: 'campaign.recount', context, priority: 'low' });
    expect(await read(scope, id)).toMatchObject({
      name: 'campaign.recount',
      requested_by: ownerId,
      context: { campaignId: 'c1' },
    });
    const after = await queue.getQueueStats();
    expect([after.pending, after.byPriority.low]).toEqual([before.pending + 1, before.byPriority.low + 1]);
    expect(await readTaskCounts(database.api)).toEqual(after);
    await expect(queue.addTask({ name: 'campaign.recount', context: {} })).rejects.toThrow();
    await expect(durable.process(() => Promise.resolve(), { concurrency: 1 })).rejects.toMatchObject({
      code: 'internal',
    });
  });

  it('fails at once for an error that cannot get better, at last for any other, and keeps its code', async () => {
    const { scope, tenantId } = await createTenant(database.system);
    const ends = async (error: AppError, isLast: boolean) => {
      const id = await database.api.tenant(scope, (tx) => requestTask(scope, tx, { name: 'tenant.export' }));
      const handler = trackTask(deps(), () => Promise.reject(error));
      const run = { id, context: { tenantId }, attempt: 1, isLast, signal };
      await expect(handler(run)).rejects.toBe(error);
      return read(scope, id);
    };
    expect(await ends(new AppError('disk_full', 'no room'), true)).toMatchObject({
      state: 'failed',
      error_code: 'disk_full',
      finished_at: expect.any(Date),
    });
    expect(await ends(new AppError('not_found', 'gone'), false)).toMatchObject({ state: 'failed' });
    expect(await ends(new AppError('disk_full', 'no room'), false)).toMatchObject({
      state: 'pending',
      priority: 'low',
      finished_at: null,
    });
  });
});

describe('a recount', () => {
  it('heals counters that have drifted, so that verify agrees', async () => {
    const campaign = await ledgerFixture(database, { recipients: 20 });
    await campaign.run(
      `update messages set state = 'sent', queued = false where campaign_id = $1 and position <= 7`,
    );
    await campaign.run('update campaign_counters set sent = 3, failed = 9 where campaign_id = $1');
    const { dir, remove } = await temporaryFolder();
    const counters = async () => {
      const report = await verifyLedger(database.system, {
        journalDir: dir,
        campaignId: campaign.campaignId,
      });
      return report.invariants.find(({ name }) => name === 'counters');
    };
    expect(await counters()).toMatchObject({ isKept: false });
    const { scope, tenantId, campaignId } = campaign;
    const handler = createRecountHandler(deps());
    const recount = async () => {
      const id = await database.api.tenant(scope, (tx) =>
        requestTask(scope, tx, { name: 'campaign.recount', subject: campaignId, context: { campaignId } }),
      );
      await handler({ id, context: { tenantId }, attempt: 1, isLast: false, signal });
      return read(scope, id);
    };
    expect(await recount()).toMatchObject({ state: 'completed', result: { corrected: true } });
    expect(await campaign.counters()).toEqual({ sent: 7 });
    expect(await counters()).toMatchObject({ isKept: true });
    expect(await recount()).toMatchObject({ state: 'completed', result: { corrected: false } });
    await remove();
  });

  it('touches no campaign of another tenant', async () => {
    const theirs = await ledgerFixture(database, { recipients: 2 });
    await theirs.run('update campaign_counters set sent = 2 where campaign_id = $1');
    const { scope, tenantId } = await createTenant(database.system);
    const context = { campaignId: theirs.campaignId };
    const id = await database.api.tenant(scope, (tx) =>
      requestTask(scope, tx, { name: 'campaign.recount', context }),
    );
    const run = { id, context: { tenantId }, attempt: 1, isLast: false, signal };
    await expect(createRecountHandler(deps())(run)).rejects.toMatchObject({ code: 'not_found' });
    expect(await theirs.counters()).toEqual({ sent: 2 });
  });
});

describe('what is set right about tasks', () => {
  it('rings again for one whose doorbell was lost, once', async () => {
    const { scope } = await createTenant(database.system);
    const id = await database.api.tenant(scope, (tx) => requestTask(scope, tx, { name: 'tenant.export' }));
    await age(id, 'progress_at', '2 minutes');
    await step('ring-tasks');
    expect(await ringsFor(id)).toHaveLength(1);
    await database.system.system((tx) => tx.run('delete from outbox'));
    await step('ring-tasks');
    await step('ring-tasks');
    expect(await ringsFor(id)).toHaveLength(1);
  });

  it('fails what nobody has touched for hours', async () => {
    const { scope } = await createTenant(database.system);
    const id = await database.api.tenant(scope, (tx) => requestTask(scope, tx, { name: 'tenant.export' }));
    expect(await step('fail-lost-tasks')).toBe(0);
    await age(id, 'progress_at', '7 hours');
    expect(await step('fail-lost-tasks')).toBe(1);
    expect(await read(scope, id)).toMatchObject({ state: 'failed', error_code: 'timeout' });
  });

  it('forgets what ended a week ago', async () => {
    const { scope } = await createTenant(database.system);
    const id = await database.api.tenant(scope, (tx) => requestTask(scope, tx, { name: 'tenant.export' }));
    await trackTask(deps(), () => Promise.resolve({}))({
      id,
      context: { tenantId: scope.tenantId },
      attempt: 1,
      isLast: false,
      signal,
    });
    expect(await step('delete-old-tasks')).toBe(0);
    await age(id, 'finished_at', '8 days');
    expect(await step('delete-old-tasks')).toBe(1);
    await expect(read(scope, id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
