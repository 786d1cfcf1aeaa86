import { definePlugin, type Plugin } from '../plugin.ts';
import { createStats, type Stats, type StatsOptions } from '../stats/stats.ts';
import type { DurableTasks } from './durable-tasks.ts';
import { createTaskQueue, type TaskQueue, type TaskQueueDeps, type TaskQueueOptions } from './task-queue.ts';
import type { TaskHandler } from './task.ts';

/** What kept tasks do, by name; none in a process that only adds them. */
export type TaskHandlers = Readonly<Record<string, TaskHandler>> | undefined;

/** The plugins that `tasks` stands on. */
export type TaskPluginRefs = {
  readonly stats: Plugin<Stats>;
  /** Where tasks with a registered handler are kept. */
  readonly durable: Plugin<DurableTasks>;
  readonly handlers: Plugin<TaskHandlers>;
};

/** The plugin `stats`: counts and times of this process. */
export function defineStats(options: StatsOptions = {}): Plugin<Stats> {
  return definePlugin<Stats>({ name: 'stats', priority: 10, start: () => ({ api: createStats(options) }) });
}

/**
 * The plugin `tasks`: begins with kept tasks when it has handlers, and gives its numbers to `stats.getQueueStats()`.
 */
export function defineTasks(
  refs: TaskPluginRefs,
  deps: Pick<TaskQueueDeps, 'onBacklog' | 'onFailure' | 'isFinal'>,
  options: TaskQueueOptions = {},
): Plugin<TaskQueue, TaskPluginRefs> {
  return definePlugin<TaskQueue, TaskPluginRefs>({
    name: 'tasks',
    dependsOn: refs,
    start: async ({ stats, durable, handlers }) => {
      const queue = createTaskQueue({ ...deps, stats, durable, handlers }, options);
      stats.watchQueue(() => queue.getQueueStats());
      await queue.start();
      return { api: queue, close: ({ remainingMs }) => queue.close({ deadlineMs: remainingMs / 2 }) };
    },
  });
}
