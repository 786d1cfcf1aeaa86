import type { QueueStats, TaskPriority, TaskState, TaskStatus } from './task.ts';

/** A task in memory while it can still change. */
export type TaskRecord = { -readonly [K in keyof TaskStatus]: TaskStatus[K] };

/** Every task that waits or runs, and the latest ones that have ended: the oldest ended one makes room. */
export class TaskHistory {
  readonly #keepFinished: number;
  readonly #open = new Map<string, TaskRecord>();
  /** In the order of their end. */
  readonly #finished = new Map<string, TaskRecord>();

  constructor(keepFinished: number) {
    this.#keepFinished = keepFinished;
  }

  add(record: TaskRecord): void {
    this.#open.set(record.id, record);
  }

  finish(record: TaskRecord): void {
    this.#open.delete(record.id);
    this.#finished.set(record.id, record);
    const [oldest] = this.#finished.keys();
    if (this.#finished.size > this.#keepFinished && oldest !== undefined) this.#finished.delete(oldest);
  }

  find(id: string): TaskStatus | undefined {
    const record = this.#open.get(id) ?? this.#finished.get(id);
    return record && { ...record };
  }

  stats(): QueueStats {
    const byState: Record<TaskState, number> = { pending: 0, processing: 0, completed: 0, failed: 0 };
    const byPriority: Record<TaskPriority, number> = { high: 0, normal: 0, low: 0 };
    for (const record of this.#open.values()) {
      byState[record.state]++;
      if (record.state === 'pending') byPriority[record.priority]++;
    }
    for (const record of this.#finished.values()) byState[record.state]++;
    return { ...byState, byPriority };
  }
}
