import { WorkerPool } from '@zaphub/concurrency';
import { reasonOf } from '../errors.ts';
import type { Stats } from '../stats/stats.ts';
import { createBacklogAlarm, type BacklogAlarm, type BacklogAlarmOptions } from './backlog-alarm.ts';
import type { DurableRun, DurableTasks } from './durable-tasks.ts';
import { TaskRefusedError } from './errors.ts';
import { TaskHistory, type TaskRecord } from './task-history.ts';
import {
  lowered,
  noTasks,
  type QueueStats,
  taskPriorities,
  type TaskHandler,
  type TaskPriority,
  type TaskRun,
  type TaskStatus,
} from './task.ts';

/** What every task has. */
interface NewTask {
  /** What is done, `noun.verb`; its durations are counted under `tasks.NAME`. */
  readonly name: string;
  /** Default `normal`. */
  readonly priority?: TaskPriority | undefined;
  /** More tries after the first has failed, each one priority lower. Default 2. */
  readonly retries?: number | undefined;
}

/** A task that brings what it does: it lives and dies with this process. */
export interface InlineTask<Context> extends NewTask {
  readonly fn: TaskHandler<Context>;
  readonly context?: Context;
}

/** A task whose name stands for what it does: it is kept, and any process with a handler of that name may do it. */
export interface RegisteredTask extends NewTask {
  readonly fn?: undefined;
  /** JSON; small, best ids only. */
  readonly context: unknown;
}

/** Work to be done beside the requests, in order of urgency. */
export interface TaskQueue {
  /**
   * Takes a task and answers its id; does not wait for its end.
   *
   * @throws TaskRefusedError `tasks_full`, `tasks_closed`; `task_unknown` for a task without a function when nothing
   *   keeps tasks here. Whatever the place where tasks are kept fails with.
   */
  addTask<Context = undefined>(task: InlineTask<Context> | RegisteredTask): Promise<string>;
  /** How far a task got; `undefined` for one that is unknown or no longer remembered. */
  getTaskStatus(id: string): Promise<TaskStatus | undefined>;
  /** How many tasks there are, those kept elsewhere included. */
  getQueueStats(): Promise<QueueStats>;
  /** Begins with kept tasks, when there are handlers here. */
  start(): Promise<void>;
  /**
   * Takes nothing more and resolves when what runs and waits in memory has ended. After `deadlineMs` what has not
   * begun fails and what runs is told to stop. Kept tasks that had no time stay kept. Idempotent.
   */
  close(options?: { readonly deadlineMs?: number }): Promise<void>;
}

/** What a {@link TaskQueue} works with. */
export interface TaskQueueDeps {
  readonly stats: Stats;
  /** Absent: every task needs its function. */
  readonly durable?: DurableTasks | undefined;
  /** What kept tasks do, by name; absent in a process that only adds them. */
  readonly handlers?: Readonly<Record<string, TaskHandler>> | undefined;
  readonly onBacklog: (waiting: number) => void;
  /** Told of every try that failed. */
  readonly onFailure?: ((task: TaskStatus, error: unknown) => void) | undefined;
  /** Is trying again pointless after this error? Default: never. */
  readonly isFinal?: ((error: unknown) => boolean) | undefined;
  readonly newId?: () => string;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
  readonly today?: () => Date;
}

/** Settings of a {@link TaskQueue}; each has a default. */
export interface TaskQueueOptions {
  /** Inline tasks done at once, and as many kept ones. Default 4. */
  readonly concurrency?: number;
  /** Inline tasks that may wait. Default 10 000. */
  readonly maxWaiting?: number;
  /** Ended inline tasks that can still be asked for. Default 1 000. */
  readonly keepFinished?: number;
  readonly backlog?: BacklogAlarmOptions;
}

/** Opens nothing; kept tasks are begun by `start`. */
export function createTaskQueue(deps: TaskQueueDeps, options: TaskQueueOptions = {}): TaskQueue {
  return new PooledTaskQueue(deps, options);
}

interface InlineWork {
  readonly record: TaskRecord;
  readonly retries: number;
  readonly run: (run: Omit<TaskRun, 'context'>) => Promise<void> | void;
}

const urgency: Readonly<Record<TaskPriority, number>> = { high: 2, normal: 1, low: 0 };
const defaultRetries = 2;

class PooledTaskQueue implements TaskQueue {
  readonly #deps: TaskQueueDeps;
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #pool: WorkerPool<InlineWork>;
  readonly #history: TaskHistory;
  readonly #alarm: BacklogAlarm;
  readonly #now: () => number;
  readonly #today: () => Date;
  #waiting = 0;
  #consumer: Awaited<ReturnType<DurableTasks['process']>> | undefined;
  #closed: Promise<void> | undefined;

  constructor(deps: TaskQueueDeps, options: TaskQueueOptions) {
    this.#deps = deps;
    this.#concurrency = options.concurrency ?? 4;
    this.#maxWaiting = options.maxWaiting ?? 10_000;
    this.#history = new TaskHistory(options.keepFinished ?? 1_000);
    this.#now = deps.now ?? (() => performance.now());
    this.#today = deps.today ?? (() => new Date());
    this.#alarm = createBacklogAlarm({ warn: deps.onBacklog, now: this.#now }, options.backlog);
    this.#pool = new WorkerPool((work, { signal }) => this.#try(work, signal), {
      concurrency: this.#concurrency,
    });
  }

  async addTask<Context = undefined>(task: InlineTask<Context> | RegisteredTask): Promise<string> {
    if (this.#closed !== undefined) throw new TaskRefusedError('tasks_closed', 'no task is taken any more');
    const id = (this.#deps.newId ?? (() => crypto.randomUUID()))();
    const priority = task.priority ?? 'normal';
    const retries = task.retries ?? defaultRetries;
    if (!Number.isInteger(retries) || retries < 0) {
      throw new RangeError(`retries must be a whole number from 0, not ${retries}`);
    }
    if (task.fn === undefined) {
      const { durable } = this.#deps;
      if (durable === undefined) {
        throw new TaskRefusedError(
          'task_unknown',
          `task "${task.name}" has no function and nothing keeps it`,
        );
      }
      await durable.add({ id, name: task.name, context: task.context, priority, retries });
    } else {
      if (this.#waiting >= this.#maxWaiting) {
        throw new TaskRefusedError('tasks_full', `${this.#waiting} tasks wait already`);
      }
      this.#addInline(this.#newRecord(id, task.name, priority), retries, task);
    }
    this.#deps.stats.increment('tasks.added');
    return id;
  }

  async getTaskStatus(id: string): Promise<TaskStatus | undefined> {
    return this.#history.find(id) ?? (await this.#deps.durable?.find(id));
  }

  async getQueueStats(): Promise<QueueStats> {
    const kept = (await this.#deps.durable?.stats()) ?? noTasks;
    const stats = sum(this.#history.stats(), kept);
    this.#alarm.observe(stats.pending);
    return stats;
  }

  async start(): Promise<void> {
    const { durable, handlers } = this.#deps;
    if (durable === undefined || handlers === undefined) return;
    this.#consumer = await durable.process((run) => this.#runKept(handlers, run), {
      concurrency: this.#concurrency,
    });
  }

  close(options: { readonly deadlineMs?: number } = {}): Promise<void> {
    this.#closed ??= this.#end(options.deadlineMs ?? 10_000);
    return this.#closed;
  }

  async #end(deadlineMs: number): Promise<void> {
    const timer = setTimeout(() => void this.#pool.close({ abandon: true }), deadlineMs);
    await Promise.all([this.#pool.close(), this.#consumer?.close({ deadlineMs })]);
    clearTimeout(timer);
  }

  #newRecord(id: string, name: string, priority: TaskPriority): TaskRecord {
    return {
      id,
      name,
      state: 'pending',
      priority,
      attempts: 0,
      addedAt: this.#today(),
      startedAt: null,
      finishedAt: null,
      error: null,
    };
  }

  #addInline<Context>(record: TaskRecord, retries: number, task: InlineTask<Context>): void {
    const { fn } = task;
    // A task that was given no context has none to declare either.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the line above says
    const context = task.context as Context;
    this.#history.add(record);
    this.#enter({ record, retries, run: (run) => fn({ ...run, context }) });
  }

  #enter(work: InlineWork): void {
    const { record } = work;
    record.state = 'pending';
    this.#waiting++;
    this.#alarm.observe(this.#waiting);
    // It rejects only when the pool is abandoned, or closed before the next try, and the task never began.
    this.#pool.submit(work, { priority: urgency[record.priority] }).catch((error: unknown) => {
      if (record.state !== 'pending') return;
      this.#waiting--;
      this.#finish(record, 'failed', record.error ?? reasonOf(error));
    });
  }

  /** One try; never rejects. */
  async #try(work: InlineWork, signal: AbortSignal): Promise<void> {
    const { record, retries } = work;
    const startedAt = this.#now();
    this.#waiting--;
    record.state = 'processing';
    record.attempts++;
    record.startedAt = this.#today();
    const isLast = record.attempts > retries;
    try {
      await work.run({ id: record.id, attempt: record.attempts, isLast, signal });
      this.#finish(record, 'completed', record.error);
    } catch (error) {
      record.error = reasonOf(error);
      this.#deps.onFailure?.({ ...record }, error);
      if (isLast || this.#isFinal(error)) this.#finish(record, 'failed', record.error);
      else this.#tryLater(work);
    } finally {
      this.#deps.stats.timing(`tasks.${record.name}`, this.#now() - startedAt);
    }
  }

  #isFinal(error: unknown): boolean {
    return this.#deps.isFinal?.(error) ?? false;
  }

  #tryLater(work: InlineWork): void {
    work.record.priority = lowered(work.record.priority);
    this.#deps.stats.increment('tasks.retried');
    this.#enter(work);
  }

  #finish(record: TaskRecord, state: 'completed' | 'failed', error: string | null): void {
    record.state = state;
    record.error = error;
    record.finishedAt = this.#today();
    this.#history.finish(record);
    this.#deps.stats.increment(`tasks.${state}`);
  }

  async #runKept(handlers: Readonly<Record<string, TaskHandler>>, run: DurableRun): Promise<void> {
    const { stats } = this.#deps;
    const startedAt = this.#now();
    try {
      const handler = Object.hasOwn(handlers, run.name) ? handlers[run.name] : undefined;
      if (handler === undefined) throw new Error(`no handler for the task "${run.name}"`);
      await handler(run);
      stats.increment('tasks.completed');
    } catch (error) {
      stats.increment(run.isLast || this.#isFinal(error) ? 'tasks.failed' : 'tasks.retried');
      throw error;
    } finally {
      stats.timing(`tasks.${run.name}`, this.#now() - startedAt);
    }
  }
}

function sum(a: QueueStats, b: QueueStats): QueueStats {
  const byPriority = { ...a.byPriority };
  for (const priority of taskPriorities) byPriority[priority] += b.byPriority[priority];
  return {
    pending: a.pending + b.pending,
    processing: a.processing + b.processing,
    completed: a.completed + b.completed,
    failed: a.failed + b.failed,
    byPriority,
  };
}
