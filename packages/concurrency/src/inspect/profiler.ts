import { type Clock, monotonicClock } from '../time/clock.ts';
import { attach } from './attach.ts';
import type { ObservablePool } from './observe.ts';
import { shareWork } from './shared-observers.ts';
import { type TaskProfile, TaskRecord, type TaskRecordOptions } from './task-record.ts';

export interface ProfilerOptions {
  /** Where lifetimes come from. Default the machine's monotonic clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Lifetimes kept for each name, the latest; percentiles are theirs. A whole number from 1, default 1024. */
  readonly samples?: number;
  /**
   * After the first `samples` tasks of a name one in so many is timed, since reading a clock may take longer than a
   * small task. A whole number from 1 (each), default 16. All are counted.
   */
  readonly timeEvery?: number;
}

/**
 * Counts tasks by name, from their start to their end: how many run, were created, completed, failed, and how long
 * they lived. It takes nothing away from them: a task starts at once, its result and its error are the caller's.
 * A name whose `active` only grows leaks tasks. Memory is bounded by the number of names, so name kinds of tasks,
 * not single ones.
 *
 * @example
 * ```ts
 * import { Profiler, WorkerPool } from '@zaphub/concurrency';
 *
 * const profiler = new Profiler();
 * const fetchPrice = profiler.wrap('fetch price', async (product: string) => product.length);
 * const pool = new WorkerPool(async (page: number) => page * 2, { concurrency: 4 });
 * profiler.watch('pages', pool);
 *
 * await Promise.all([fetchPrice('tea'), fetchPrice('coffee'), pool.submit(1)]);
 * await profiler.spawn('nightly report', async () => 'written');
 * for (const { name, active, completed, lifetimeMs } of profiler.report()) {
 *   console.log(name, active, completed, lifetimeMs.p99);
 * }
 * await pool.close();
 * ```
 */
export class Profiler {
  readonly #options: TaskRecordOptions;
  readonly #records = new Map<string, TaskRecord>();

  /** @throws RangeError when `samples` or `timeEvery` is not a whole number from 1. */
  constructor({ clock = monotonicClock, samples = 1024, timeEvery = 16 }: ProfilerOptions = {}) {
    for (const [name, value] of Object.entries({ samples, timeEvery })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RangeError(`${name} must be a whole number from 1, not ${value}`);
      }
    }
    this.#options = { clock, samples, timeEvery };
  }

  /** Starts a task now and returns its promise. A task that throws before it returns one rejects. */
  spawn<T>(name: string, task: () => PromiseLike<T> | T): Promise<T> {
    return this.#record(name).run(task);
  }

  /** The same function, each call of which is counted as a task; to hand to a pipeline or a policy. */
  wrap<Args extends readonly unknown[], T>(
    name: string,
    task: (...args: Args) => PromiseLike<T> | T,
  ): (...args: Args) => Promise<T> {
    const record = this.#record(name);
    return (...args) => record.run(task, ...args);
  }

  /** Counts what a pool works on, at less cost than `wrap`, until the returned function is called. */
  watch(name: string, pool: ObservablePool): () => void {
    return attach(pool, this.#record(name), shareWork);
  }

  /** What is known of each name, in the order the names appeared. */
  report(): TaskProfile[] {
    return [...this.#records.values()].map((record) => record.profile());
  }

  #record(name: string): TaskRecord {
    let record = this.#records.get(name);
    if (record === undefined) this.#records.set(name, (record = new TaskRecord(name, this.#options)));
    return record;
  }
}
