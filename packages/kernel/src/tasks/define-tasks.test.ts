import { expect, it } from 'vitest';
import { createKernel } from '../kernel.ts';
import { definePlugin } from '../plugin.ts';
import { defineStats, defineTasks, type TaskHandlers } from './define-tasks.ts';
import type { DurableRun, DurableTask, DurableTasks } from './durable-tasks.ts';
import { noTasks } from './task.ts';

/** Keeps tasks in memory and hands them out when the test says so: the port's own suite runs on real queues. */
function createShelf() {
  const kept: DurableTask[] = [];
  let run: ((task: DurableRun) => Promise<void>) | undefined;
  let isClosed = false;
  const tasks: DurableTasks = {
    add: (task) => Promise.resolve(void kept.push(task)),
    find: () => Promise.resolve(undefined),
    stats: () =>
      Promise.resolve({ ...noTasks, pending: kept.length, byPriority: { high: 0, normal: 0, low: 1 } }),
    process: (handle) => {
      run = handle;
      return Promise.resolve({ close: () => Promise.resolve(void (isClosed = true)) });
    },
  };
  const hand = (isLast: boolean): Promise<void> | undefined => {
    const [task] = kept;
    return task && run?.({ ...task, attempt: 1, isLast, signal: new AbortController().signal });
  };
  return { tasks, kept, hand, isClosed: () => isClosed, isConsuming: () => run !== undefined };
}

function compose(shelf: ReturnType<typeof createShelf>, handlers: TaskHandlers) {
  const stats = defineStats();
  const durable = definePlugin<DurableTasks>({ name: 'durable', start: () => ({ api: shelf.tasks }) });
  const given = definePlugin<TaskHandlers>({ name: 'handlers', start: () => ({ api: handlers }) });
  const tasks = defineTasks({ stats, durable, handlers: given }, { onBacklog: () => undefined });
  return { kernel: createKernel([tasks, given, durable, stats]), tasks, stats };
}

it('a task without a function is kept, and done wherever its name has a handler', async () => {
  const shelf = createShelf();
  const seen: unknown[] = [];
  const { kernel, tasks, stats } = compose(shelf, {
    'index.rebuild': ({ context }) => void seen.push(context),
  });
  await kernel.start();
  await kernel.api(tasks).addTask({ name: 'index.rebuild', context: { n: 1 }, priority: 'low', retries: 4 });
  expect(shelf.kept).toMatchObject([{ name: 'index.rebuild', priority: 'low', retries: 4 }]);
  await shelf.hand(false);
  expect(seen).toEqual([{ n: 1 }]);
  expect(kernel.api(stats).getMetrics()).toMatchObject({
    counters: { 'tasks.added': 1, 'tasks.completed': 1 },
    timings: { 'tasks.index.rebuild': { count: 1 } },
  });
  expect(await kernel.api(stats).getQueueStats()).toMatchObject({ pending: 1, byPriority: { low: 1 } });
  await kernel.close();
  expect(shelf.isClosed()).toBe(true);
});

it('a kept task that fails is counted as retried, and in the end as failed', async () => {
  const shelf = createShelf();
  const { kernel, tasks, stats } = compose(shelf, { constructor: () => undefined });
  await kernel.start();
  await kernel.api(tasks).addTask({ name: 'toString', context: null });
  for (const isLast of [false, true]) await expect(shelf.hand(isLast)).rejects.toThrow('no handler');
  expect(kernel.api(stats).getMetrics().counters).toMatchObject({ 'tasks.retried': 1, 'tasks.failed': 1 });
  await kernel.close();
});

it('a process without handlers adds tasks and leaves them to others', async () => {
  const shelf = createShelf();
  const { kernel, tasks } = compose(shelf, undefined);
  await kernel.start();
  await kernel.api(tasks).addTask({ name: 'index.rebuild', context: null });
  expect([shelf.kept.length, shelf.isConsuming()]).toEqual([1, false]);
  await kernel.close();
});
