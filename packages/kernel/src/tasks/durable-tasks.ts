import type { QueueStats, TaskPriority, TaskRun, TaskStatus } from './task.ts';

/** A task as it is kept: everything but what it does, which its name stands for. */
export interface DurableTask {
  /** Unique; adding one twice keeps one. */
  readonly id: string;
  readonly name: string;
  /** JSON; small, best ids only. */
  readonly context: unknown;
  readonly priority: TaskPriority;
  /** More tries after the first has failed. */
  readonly retries: number;
}

/** One try of a kept task. */
export type DurableRun = TaskRun & { readonly name: string };

/** Where tasks with a registered handler are kept, so that they outlive the process that added them. */
export interface DurableTasks {
  /** Resolves when the task is kept. */
  add(task: DurableTask): Promise<void>;
  /** `undefined` for one that was never added or is no longer remembered. */
  find(id: string): Promise<TaskStatus | undefined>;
  stats(): Promise<QueueStats>;
  /**
   * Hands kept tasks to `run`, at most `concurrency` at once in this process, the most urgent first. One that
   * rejects is handed out again, one priority lower, while tries are left; one whose process died, too.
   */
  process(
    run: (task: DurableRun) => Promise<void>,
    options: { readonly concurrency: number },
  ): Promise<{ close(options?: { readonly deadlineMs?: number }): Promise<void> }>;
}
