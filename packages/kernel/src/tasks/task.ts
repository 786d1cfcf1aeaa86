/** How urgent a task is. A retry waits one step lower than the try before it. */
export type TaskPriority = 'high' | 'normal' | 'low';

/** Every priority, the most urgent first. */
export const taskPriorities: readonly TaskPriority[] = ['high', 'normal', 'low'];

/** How far a task got; `completed` and `failed` are ends. */
export type TaskState = 'pending' | 'processing' | 'completed' | 'failed';

/** What is known of one task. */
export interface TaskStatus {
  readonly id: string;
  readonly name: string;
  readonly state: TaskState;
  /** The priority it has now: retries have lowered it. */
  readonly priority: TaskPriority;
  /** Tries that were begun. */
  readonly attempts: number;
  readonly addedAt: Date;
  /** When the last try began; `null` before the first. */
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** What the last try failed with, one line; `null` when none has failed. */
  readonly error: string | null;
}

/** How many tasks there are. */
export interface QueueStats {
  readonly pending: number;
  readonly processing: number;
  /** Of those that are remembered. */
  readonly completed: number;
  /** Of those that are remembered. */
  readonly failed: number;
  /** The pending ones, by priority; one that waits for its next try is counted only in `pending`. */
  readonly byPriority: Readonly<Record<TaskPriority, number>>;
}

/** Given to whatever does a task. */
export interface TaskRun<Context = unknown> {
  readonly id: string;
  readonly context: Context;
  /** 1 for the first try. */
  readonly attempt: number;
  /** True for the try after which there is no other. */
  readonly isLast: boolean;
  /** Aborts when the process can wait no longer: come to an end now. */
  readonly signal: AbortSignal;
}

/** Does one task. Rejecting means: try again later, if any try is left. */
export type TaskHandler<Context = unknown> = (run: TaskRun<Context>) => Promise<void> | void;

/** No task at all. */
export const noTasks: QueueStats = {
  pending: 0,
  processing: 0,
  completed: 0,
  failed: 0,
  byPriority: { high: 0, normal: 0, low: 0 },
};

/** So many steps less urgent; `low` stays `low`. */
export function lowered(priority: TaskPriority, steps = 1): TaskPriority {
  return (
    taskPriorities[Math.min(taskPriorities.indexOf(priority) + steps, taskPriorities.length - 1)] ?? 'low'
  );
}
