import { randomUUID } from 'node:crypto';
import {
  createStats,
  createTaskQueue,
  type DurableTask,
  type DurableTasks,
  type TaskHandler,
} from '@zaphub/kernel';
import { silentLogger } from '@zaphub/telemetry';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { BackendUnderTest } from './conformance.ts';
import { createQueues } from './create-queues.ts';
import type { JobDefinition } from './define-job.ts';
import { startDoomedConsumer } from './doomed-consumer.ts';
import { createDurableTasks } from './durable-tasks.ts';
import { type JobPayload, taskRun } from './jobs.ts';
import type { Queues } from './queues.ts';

const patience = { timeout: 15_000, interval: 20 };

/** What kept tasks promise on every backend. */
export function describeDurableTasks(name: string, setUp: () => Promise<BackendUnderTest>): void {
  describe(`durable tasks on ${name}`, () => {
    let server: BackendUnderTest;
    let queues: Queues;
    let job: JobDefinition<JobPayload<'task.run'>>;

    beforeAll(async () => {
      server = await setUp();
      queues = await open();
    });
    afterAll(async () => {
      await queues.close({ deadlineMs: 1000 });
      await server.close();
    });
    beforeEach(() => {
      job = { ...taskRun, queue: `test.${randomUUID()}`, backoff: { firstDelayMs: 20, factor: 1 } };
    });

    const open = (): Promise<Queues> =>
      createQueues({ backend: server.backend, logger: silentLogger, lockMs: 2000, graceMs: 200 });
    const process = async (
      run: Parameters<DurableTasks['process']>[0],
      options: { by?: Queues; concurrency?: number } = {},
    ): Promise<void> => {
      const tasks = createDurableTasks(options.by ?? queues, job);
      const consumer = await tasks.process(run, { concurrency: options.concurrency ?? 1 });
      onTestFinished(() => consumer.close({ deadlineMs: 500 }));
    };

    it('are done by their name, with their context, and can be asked for before and after', async () => {
      const tasks = createDurableTasks(queues, job);
      const one = task({ context: { tenantId: 't1' } });
      await tasks.add(one);
      expect(await tasks.find(one.id)).toMatchObject({
        id: one.id,
        name: 'index.rebuild',
        state: 'pending',
        priority: 'normal',
        attempts: 0,
        startedAt: null,
        finishedAt: null,
        error: null,
      });
      const gate = Promise.withResolvers<undefined>();
      await process(async (run) => {
        const { id, name, context } = one;
        expect(run).toMatchObject({ id, name, context, attempt: 1, isLast: false });
        await gate.promise;
      });
      await expect
        .poll(() => tasks.find(one.id), patience)
        .toMatchObject({ state: 'processing', attempts: 1 });
      expect(await tasks.stats()).toMatchObject({ pending: 0, processing: 1 });
      gate.resolve(undefined);
      await expect
        .poll(() => tasks.find(one.id), patience)
        .toMatchObject({ state: 'completed', error: null });
      expect(await tasks.find(one.id)).toMatchObject({
        startedAt: expect.any(Date),
        finishedAt: expect.any(Date),
      });
      expect(await tasks.find(randomUUID())).toBeUndefined();
    });

    it('are kept once for one id, also when it is over', async () => {
      const tasks = createDurableTasks(queues, job);
      const one = task();
      let runs = 0;
      await tasks.add(one);
      await tasks.add(one);
      await process(() => Promise.resolve(void runs++));
      await expect.poll(() => tasks.find(one.id), patience).toMatchObject({ state: 'completed' });
      await tasks.add(one);
      const next = task();
      await tasks.add(next);
      await expect.poll(() => tasks.find(next.id), patience).toMatchObject({ state: 'completed' });
      expect(runs).toBe(2);
    });

    it('go by priority, and are counted by it', async () => {
      const tasks = createDurableTasks(queues, job);
      for (const [label, priority] of [
        ['low', 'low'],
        ['normal 1', 'normal'],
        ['high', 'high'],
        ['normal 2', 'normal'],
      ] as const) {
        await tasks.add(task({ context: label, priority }));
      }
      expect(await tasks.stats()).toEqual({
        pending: 4,
        processing: 0,
        completed: 0,
        failed: 0,
        byPriority: { high: 1, normal: 2, low: 1 },
      });
      const order: unknown[] = [];
      await process(({ context }) => Promise.resolve(void order.push(context)));
      await expect.poll(() => order.length, patience).toBe(4);
      expect(order).toEqual(['high', 'normal 1', 'normal 2', 'low']);
    });

    it('are tried again one priority lower, until no try is left', async () => {
      const tasks = createDurableTasks(queues, job);
      const one = task({ priority: 'high', retries: 1 });
      await tasks.add(one);
      const seen: [number, boolean][] = [];
      await process(({ attempt, isLast }) => {
        seen.push([attempt, isLast]);
        return Promise.reject(new Error(`no luck ${attempt}`));
      });
      await expect
        .poll(() => tasks.find(one.id), patience)
        .toMatchObject({
          state: 'failed',
          priority: 'normal',
          attempts: 2,
          error: 'no luck 2',
        });
      expect(seen).toEqual([
        [1, false],
        [2, true],
      ]);
      expect(await tasks.stats()).toMatchObject({ failed: 1 });
    });

    it('let tasks of the same old priority go before a retry', async () => {
      const tasks = createDurableTasks(queues, job);
      await tasks.add(task({ context: 'flaky', priority: 'high' }));
      const order: string[] = [];
      await process(async ({ context, attempt }) => {
        order.push(`${String(context)} ${attempt}`);
        if (context !== 'flaky' || attempt > 1) return;
        for (const label of ['a', 'b']) await tasks.add(task({ context: label, priority: 'high' }));
        throw new Error('no luck');
      });
      await expect.poll(() => order.length, patience).toBe(4);
      expect(order).toEqual(['flaky 1', 'a 1', 'b 1', 'flaky 2']);
    });

    it('survive the close of the process that added them', async () => {
      const first = await open();
      const one = task();
      await createDurableTasks(first, job).add(one);
      await first.close();
      const second = await open();
      onTestFinished(() => second.close({ deadlineMs: 500 }));
      const seen: string[] = [];
      await process(({ id }) => Promise.resolve(void seen.push(id)), { by: second });
      await expect.poll(() => seen, patience).toEqual([one.id]);
    });

    it('survive the death of the process that was doing them', async () => {
      const one = task();
      const doomed = await startDoomedConsumer(server.backend, job);
      await createDurableTasks(queues, job).add(one);
      await doomed.tookJob;
      await doomed.kill();
      const seen: string[] = [];
      await process(({ id }) => Promise.resolve(void seen.push(id)));
      await expect.poll(() => seen, patience).toEqual([one.id]);
    }, 30_000);

    it('serve a task queue of the kernel: one process adds and asks, another does', async () => {
      const durable = createDurableTasks(queues, job);
      const onBacklog = (): void => undefined;
      const stats = createStats();
      const asking = createTaskQueue({ stats: createStats(), durable, onBacklog });
      const handler: TaskHandler = ({ context }) => {
        if (context === 'bad') throw new Error('no luck');
      };
      const doing = createTaskQueue({ stats, durable, onBacklog, handlers: { 'index.rebuild': handler } });
      await doing.start();
      onTestFinished(() => doing.close({ deadlineMs: 500 }));
      const good = await asking.addTask({ name: 'index.rebuild', context: 'good' });
      const bad = await asking.addTask({ name: 'index.rebuild', context: 'bad', retries: 0 });
      await expect.poll(() => asking.getTaskStatus(good), patience).toMatchObject({ state: 'completed' });
      await expect
        .poll(() => asking.getTaskStatus(bad), patience)
        .toMatchObject({ state: 'failed', error: 'no luck' });
      expect(await asking.getQueueStats()).toMatchObject({ pending: 0, completed: 1, failed: 1 });
      expect(stats.getMetrics().counters).toEqual({ 'tasks.completed': 1, 'tasks.failed': 1 });
    });
  });
}

function task(changes: Partial<DurableTask> = {}): DurableTask {
  return {
    id: randomUUID(),
    name: 'index.rebuild',
    context: null,
    priority: 'normal',
    retries: 2,
    ...changes,
  };
}
