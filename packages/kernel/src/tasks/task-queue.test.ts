import { describe, expect, it } from 'vitest';
import { createStats } from '../stats/stats.ts';
import { createTaskQueue, type TaskQueueDeps, type TaskQueueOptions } from './task-queue.ts';
import type { TaskPriority, TaskStatus } from './task.ts';

function open(options: TaskQueueOptions = {}, deps: Partial<TaskQueueDeps> = {}) {
  const stats = createStats();
  const backlogs: number[] = [];
  const queue = createTaskQueue({ stats, onBacklog: (waiting) => backlogs.push(waiting), ...deps }, options);
  return { queue, stats, backlogs };
}

/** Resolves when the task has ended; the queue has no other news of it. */
async function ended(queue: ReturnType<typeof open>['queue'], id: string): Promise<TaskStatus> {
  return expect
    .poll(() => queue.getTaskStatus(id), { interval: 1 })
    .toSatisfy(
      (status: TaskStatus | undefined) => status?.state === 'completed' || status?.state === 'failed',
    )
    .then(async () => {
      const status = await queue.getTaskStatus(id);
      if (status === undefined) throw new Error('it is no longer remembered');
      return status;
    });
}

describe('a task queue', () => {
  it('gives an id at once and can be asked how far the task got', async () => {
    const { queue } = open();
    const gate = Promise.withResolvers<undefined>();
    const id = await queue.addTask({
      name: 'index.rebuild',
      context: { tenant: 7 },
      fn: async ({ context, attempt, isLast, signal }) => {
        expect([context, attempt, isLast, signal.aborted]).toEqual([{ tenant: 7 }, 1, false, false]);
        await gate.promise;
      },
    });
    expect(await queue.getTaskStatus(id)).toMatchObject({
      name: 'index.rebuild',
      state: 'processing',
      attempts: 1,
    });
    gate.resolve(undefined);
    expect(await ended(queue, id)).toMatchObject({
      state: 'completed',
      error: null,
      finishedAt: expect.any(Date),
    });
    expect(await queue.getTaskStatus('never added')).toBeUndefined();
  });

  it('does as many at once as it may, the most urgent first, in order within a priority', async () => {
    const { queue } = open({ concurrency: 2 });
    const gate = Promise.withResolvers<undefined>();
    const begun: string[] = [];
    const add = (name: string, priority: TaskPriority) =>
      queue.addTask({ name, priority, fn: () => void begun.push(name) });
    for (const name of ['first', 'second']) {
      await queue.addTask({
        name,
        fn: () => {
          begun.push(name);
          return gate.promise;
        },
      });
    }
    await add('low', 'low');
    await add('normal 1', 'normal');
    await add('high', 'high');
    const last = await add('normal 2', 'normal');
    expect(await queue.getQueueStats()).toEqual({
      pending: 4,
      processing: 2,
      completed: 0,
      failed: 0,
      byPriority: { high: 1, normal: 2, low: 1 },
    });
    gate.resolve(undefined);
    await ended(queue, last);
    await queue.close();
    expect(begun).toEqual(['first', 'second', 'high', 'normal 1', 'normal 2', 'low']);
    expect(await queue.getQueueStats()).toMatchObject({ pending: 0, processing: 0, completed: 6 });
  });

  it('tries again behind what is more urgent, one priority lower each time', async () => {
    const { queue, stats } = open({ concurrency: 1 });
    const order: string[] = [];
    const gate = Promise.withResolvers<undefined>();
    const id = await queue.addTask({
      name: 'flaky',
      priority: 'high',
      retries: 2,
      fn: async ({ attempt, isLast }) => {
        await gate.promise;
        order.push(`flaky ${attempt}${isLast ? ' last' : ''}`);
        throw new Error(`no luck ${attempt}`);
      },
    });
    await queue.addTask({ name: 'normal', fn: () => void order.push('normal') });
    gate.resolve(undefined);
    expect(await ended(queue, id)).toMatchObject({
      state: 'failed',
      priority: 'low',
      attempts: 3,
      error: 'no luck 3',
    });
    expect(order).toEqual(['flaky 1', 'normal', 'flaky 2', 'flaky 3 last']);
    const { counters, timings } = stats.getMetrics();
    expect(counters).toEqual({
      'tasks.added': 2,
      'tasks.completed': 1,
      'tasks.retried': 2,
      'tasks.failed': 1,
    });
    expect(timings).toMatchObject({ 'tasks.flaky': { count: 3 }, 'tasks.normal': { count: 1 } });
  });

  it('remembers a bounded number of ended tasks and forgets the oldest', async () => {
    const { queue } = open({ keepFinished: 2 });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push(await queue.addTask({ name: `t${i}`, fn: () => undefined }));
    await queue.close();
    const found = await Promise.all(ids.map((id) => queue.getTaskStatus(id)));
    expect(found.map((status) => status?.name)).toEqual([undefined, 't1', 't2']);
  });

  it('refuses more than may wait, a task that nothing can do, and everything once it closes', async () => {
    const { queue } = open({ concurrency: 1, maxWaiting: 1 });
    const gate = Promise.withResolvers<undefined>();
    const fn = () => gate.promise;
    await queue.addTask({ name: 'runs', fn });
    const waiting = await queue.addTask({ name: 'waits', fn });
    await expect(queue.addTask({ name: 'too many', fn })).rejects.toMatchObject({ code: 'tasks_full' });
    await expect(queue.addTask({ name: 'kept', context: {} })).rejects.toMatchObject({
      code: 'task_unknown',
    });
    await expect(queue.addTask({ name: 'odd', fn, retries: -1 })).rejects.toThrow(RangeError);
    const closed = queue.close();
    await expect(queue.addTask({ name: 'late', fn })).rejects.toMatchObject({ code: 'tasks_closed' });
    gate.resolve(undefined);
    await closed;
    expect(await queue.getTaskStatus(waiting)).toMatchObject({ state: 'completed' });
  });

  it('tells what runs to stop when closing has taken too long, and fails what has not begun', async () => {
    const { queue } = open({ concurrency: 1 });
    const stubborn = await queue.addTask({
      name: 'stubborn',
      retries: 0,
      fn: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told to stop')))),
    });
    const behind = await queue.addTask({ name: 'behind', fn: () => undefined });
    await queue.close({ deadlineMs: 5 });
    expect(await queue.getTaskStatus(stubborn)).toMatchObject({ state: 'failed', error: 'told to stop' });
    expect(await queue.getTaskStatus(behind)).toMatchObject({ state: 'failed', attempts: 0 });
  });

  it('fails a task whose next try would come after the close, with what it failed with', async () => {
    const { queue } = open({ concurrency: 1 });
    const gate = Promise.withResolvers<undefined>();
    const id = await queue.addTask({
      name: 'flaky',
      fn: async () => {
        await gate.promise;
        throw new Error('no luck');
      },
    });
    const closed = queue.close();
    gate.resolve(undefined);
    await closed;
    await expect.poll(() => queue.getTaskStatus(id)).toMatchObject({ state: 'failed', error: 'no luck' });
    expect((await queue.getQueueStats()).pending).toBe(0);
  });

  it('warns when more than a hundred wait, and then is quiet for a while', async () => {
    let nowMs = 0;
    const { queue, backlogs } = open({ concurrency: 1 }, { now: () => nowMs });
    const gate = Promise.withResolvers<undefined>();
    const add = () => queue.addTask({ name: 'slow', fn: () => gate.promise });
    for (let i = 0; i < 101; i++) await add();
    expect(backlogs).toEqual([]);
    for (let i = 0; i < 5; i++) await add();
    expect(backlogs).toEqual([101]);
    nowMs += 60_000;
    await add();
    expect(backlogs).toEqual([101, 106]);
    gate.resolve(undefined);
    await queue.close();
  });

  it('does not try again after an error that is final', async () => {
    const { queue } = open({}, { isFinal: (error) => error instanceof TypeError });
    const fn = () => Promise.reject(new TypeError('never'));
    const status = await ended(queue, await queue.addTask({ name: 'hopeless', fn }));
    expect(status).toMatchObject({ state: 'failed', attempts: 1, error: 'never' });
  });

  it('tells of each try that failed', async () => {
    const failures: [number, string][] = [];
    const onFailure = (task: TaskStatus): void => void failures.push([task.attempts, task.error ?? '']);
    const { queue } = open({}, { onFailure });
    const fail = () => Promise.reject(new Error('no luck'));
    await ended(queue, await queue.addTask({ name: 'flaky', retries: 1, fn: fail }));
    expect(failures).toEqual([
      [1, 'no luck'],
      [2, 'no luck'],
    ]);
  });
});
