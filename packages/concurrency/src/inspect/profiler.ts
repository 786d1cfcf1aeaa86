import { type Clock, monotonicClock } from '../time/clock.ts';
import { type TaskProfile, TaskRecord } from './task-record.ts';

export interface ProfilerOptions {
  /** Where lifetimes come from. Default the machine's monotonic clock. */
  readonly clock?: Pick<Clock, 'now'>;
  /** Lifetimes kept for each name, the latest; percentiles are theirs. A whole number from 1, default 1024. */
  readonly samples?: number;
}

/** A task that has not ended. */
export interface RunningTask {
  readonly name: string;
  /** For how long it has been running. */
  readonly runningMs: number;
}

/**
 * Counts tasks by name, from their start to their end: how many run, were created, completed, failed, and how long
 * they lived. It takes nothing away from them: a task starts at once, its result and its error are the caller's. Memory is bounded by the names and by what runs at the moment, so give kinds of
 * tasks names, not single ones.
 *
 * @example
 * ```ts
 * import { Profiler } from '@zaphub/concurrency';
 *
 * const profiler = new Profiler();
 * const fetchPrice = profiler.wrap('fetch price', async (product: string) => product.length);
 *
 * await Promise.all([fetchPrice('tea'), fetchPrice('coffee')]);
 * await profiler.spawn('nightly report', async () => 'written');
 * for (const { name, completed, lifetimeMs } of profiler.report()) console.log(name, completed, lifetimeMs.p99);
 * console.log(profiler.running()); // []: nothing was forgotten
 * ```
 */
export class Profiler {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #samples: number;
  readonly #records = new Map<string, TaskRecord>();

  /** @throws RangeError when `samples` is not a whole number from 1. */
  constructor({ clock = monotonicClock, samples = 1024 }: ProfilerOptions = {}) {
    if (!Number.isInteger(samples) || samples < 1) {
      throw new RangeError(`samples must be a whole number from 1, not ${samples}`);
    }
    this.#clock = clock;
    this.#samples = samples;
  }

  /** Starts a task now and returns its promise. A task that throws before it returns one rejects. */
  spawn<T>(name: string, task: () => PromiseLike<T> | T): Promise<T> {
    return this.#record(name).run(task);
  }

  /** The same function, each call of which is counted as a task; to hand to a pool, a pipeline or a policy. */
  wrap<Args extends readonly unknown[], T>(
    name: string,
    task: (...args: Args) => PromiseLike<T> | T,
  ): (...args: Args) => Promise<T> {
    const record = this.#record(name);
    return (...args) => record.run(task, ...args);
  }

  /** What is known of each name, in the order the names appeared. */
  report(): TaskProfile[] {
    return [...this.#records.values()].map((record) => record.profile());
  }

  /** The tasks that have not ended, the longest running first: a task that leaked stays on top. */
  running(): RunningTask[] {
    const now = this.#clock.now();
    return [...this.#records.values()]
      .flatMap(({ name, starts }) => starts.map((startedAt) => ({ name, runningMs: now - startedAt })))
      .sort((a, b) => b.runningMs - a.runningMs);
  }

  #record(name: string): TaskRecord {
    let record = this.#records.get(name);
    if (record === undefined)
      this.#records.set(name, (record = new TaskRecord(name, this.#clock, this.#samples)));
    return record;
  }
}
