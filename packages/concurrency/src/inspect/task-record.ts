import type { Clock } from '../time/clock.ts';

/** How long tasks lived, from start to end, over the samples that were kept; all 0 without one. */
export interface Lifetimes {
  /** Of all that ended. */
  readonly average: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** What a profiler knows of the tasks of one name. */
export interface TaskProfile {
  readonly name: string;
  /** Running now. */
  readonly active: number;
  readonly created: number;
  /** Ended well. */
  readonly completed: number;
  /** Threw or rejected. */
  readonly failed: number;
  readonly lifetimeMs: Lifetimes;
}

/** The counts of one name, and the latest lifetimes. */
export class TaskRecord {
  readonly name: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #capacity: number;
  readonly #running = new Set<Pick<RunningTask<unknown>, 'startedAt'>>();
  /** The latest, the oldest of which is overwritten. */
  readonly #lifetimes: number[] = [];
  #created = 0;
  #completed = 0;
  #failed = 0;
  #totalMs = 0;

  constructor(name: string, clock: Pick<Clock, 'now'>, capacity: number) {
    this.name = name;
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** When each of those that run began. */
  get starts(): number[] {
    return [...this.#running].map(({ startedAt }) => startedAt);
  }

  run<Args extends readonly unknown[], T>(
    task: (...args: Args) => PromiseLike<T> | T,
    ...args: Args
  ): Promise<T> {
    const running: RunningTask<T> = new RunningTask(this, this.#clock.now());
    this.#running.add(running);
    this.#created++;
    let result: Promise<T>;
    try {
      const returned = task(...args);
      result = returned instanceof Promise ? returned : Promise.resolve(returned);
    } catch (error) {
      result = Promise.reject(error);
    }
    // A promise of its own, so that an error nobody handles is still reported as such.
    return result.then(running.complete, running.fail);
  }

  end(task: Pick<RunningTask<unknown>, 'startedAt'>, hasFailed: boolean): void {
    this.#running.delete(task);
    const lifetimeMs = this.#clock.now() - task.startedAt;
    this.#lifetimes[(this.#completed + this.#failed) % this.#capacity] = lifetimeMs;
    this.#totalMs += lifetimeMs;
    if (hasFailed) this.#failed++;
    else this.#completed++;
  }

  profile(): TaskProfile {
    const sorted = this.#lifetimes.toSorted((a, b) => a - b);
    const at = (share01: number): number => sorted[Math.ceil(share01 * sorted.length) - 1] ?? 0;
    return {
      name: this.name,
      active: this.#running.size,
      created: this.#created,
      completed: this.#completed,
      failed: this.#failed,
      lifetimeMs: {
        average: this.#totalMs / Math.max(1, this.#completed + this.#failed),
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        max: at(1),
      },
    };
  }
}

class RunningTask<T> {
  readonly startedAt: number;
  readonly complete: (result: T) => T;
  readonly fail: (error: unknown) => never;

  constructor(record: TaskRecord, startedAt: number) {
    this.startedAt = startedAt;
    this.complete = (result) => {
      record.end(this, false);
      return result;
    };
    this.fail = (error) => {
      record.end(this, true);
      throw error;
    };
  }
}
