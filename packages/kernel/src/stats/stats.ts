import { LatencyHistogram } from '@zaphub/concurrency';
import type { QueueStats } from '../tasks/task.ts';
import { SlowOperations, type SlowOperation } from './slow-operations.ts';

/** Durations of one kind of operation, all in milliseconds. */
export interface Timing {
  readonly count: number;
  readonly totalMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly avgMs: number;
  /** Percentiles are never low and at most 12.5 % high. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Everything that was counted since the start or the last reset. */
export interface Metrics {
  readonly counters: Readonly<Record<string, number>>;
  readonly timings: Readonly<Record<string, Timing>>;
  /** The latest slow operations, oldest first. */
  readonly slowOperations: readonly SlowOperation[];
  /** Counts and durations that were left out because there were too many names. */
  readonly leftOut: number;
}

/** Settings of {@link createStats}; each has a default. */
export interface StatsOptions {
  /** An operation that took longer is slow. Default 100. */
  readonly slowMs?: number;
  /** Slow operations kept. Default 100. */
  readonly keepSlow?: number;
  /** Names of each sort kept at most: a name made from user input must not fill the memory. Default 1,000. */
  readonly maxNames?: number;
  /** The time of day. */
  readonly today?: () => Date;
  /** Milliseconds that only go forward. */
  readonly now?: () => number;
}

/** Counts and times what happens, in bounded memory. */
export interface Stats {
  increment(name: string, by?: number): void;
  /** Records one duration; over `slowMs` it is a slow operation. */
  timing(name: string, durationMs: number): void;
  /** Times some work and records it however it ends; a failure also counts in the counter `NAME.failed`. */
  time<T>(name: string, work: () => Promise<T> | T): Promise<T>;
  getMetrics(): Metrics;
  /** Makes a queue's numbers part of these; a later one takes its place. */
  watchQueue(read: () => Promise<QueueStats>): void;
  /** The numbers of the queue that is watched, as they are now; `undefined` when there is none. */
  getQueueStats(): Promise<QueueStats | undefined>;
  /** Forgets everything that was counted. */
  reset(): void;
}

/** Starts with nothing counted. */
export function createStats(options: StatsOptions = {}): Stats {
  return new BoundedStats(options);
}

class BoundedStats implements Stats {
  readonly #slowMs: number;
  readonly #maxNames: number;
  readonly #today: () => Date;
  readonly #now: () => number;
  readonly #counters = new Map<string, number>();
  readonly #timings = new Map<string, TimingRecord>();
  readonly #slow: SlowOperations;
  #leftOut = 0;
  #readQueue: (() => Promise<QueueStats>) | undefined;

  constructor(options: StatsOptions) {
    this.#slowMs = options.slowMs ?? 100;
    this.#maxNames = options.maxNames ?? 1_000;
    this.#today = options.today ?? (() => new Date());
    this.#now = options.now ?? (() => performance.now());
    this.#slow = new SlowOperations(options.keepSlow ?? 100);
  }

  increment(name: string, by = 1): void {
    const known = this.#counters.get(name);
    if (known === undefined && this.#counters.size >= this.#maxNames) this.#leftOut++;
    else this.#counters.set(name, (known ?? 0) + by);
  }

  timing(name: string, durationMs: number): void {
    if (durationMs > this.#slowMs) this.#slow.add({ name, durationMs, at: this.#today() });
    const known = this.#timings.get(name);
    if (known !== undefined) {
      known.record(durationMs);
    } else if (this.#timings.size >= this.#maxNames) {
      this.#leftOut++;
    } else {
      const record = new TimingRecord();
      record.record(durationMs);
      this.#timings.set(name, record);
    }
  }

  async time<T>(name: string, work: () => Promise<T> | T): Promise<T> {
    const startedAt = this.#now();
    try {
      return await work();
    } catch (error) {
      this.increment(`${name}.failed`);
      throw error;
    } finally {
      this.timing(name, this.#now() - startedAt);
    }
  }

  getMetrics(): Metrics {
    return {
      counters: Object.fromEntries(this.#counters),
      timings: Object.fromEntries([...this.#timings].map(([name, record]) => [name, record.summary()])),
      slowOperations: this.#slow.list(),
      leftOut: this.#leftOut,
    };
  }

  watchQueue(read: () => Promise<QueueStats>): void {
    this.#readQueue = read;
  }

  async getQueueStats(): Promise<QueueStats | undefined> {
    return this.#readQueue?.();
  }

  reset(): void {
    this.#counters.clear();
    this.#timings.clear();
    this.#slow.clear();
    this.#leftOut = 0;
  }
}

class TimingRecord {
  readonly #histogram = new LatencyHistogram();
  #count = 0;
  #totalMs = 0;
  #minMs = Number.POSITIVE_INFINITY;
  #maxMs = 0;

  record(durationMs: number): void {
    this.#histogram.record(durationMs);
    this.#count++;
    this.#totalMs += durationMs;
    this.#minMs = Math.min(this.#minMs, durationMs);
    this.#maxMs = Math.max(this.#maxMs, durationMs);
  }

  summary(): Timing {
    return {
      count: this.#count,
      totalMs: this.#totalMs,
      minMs: this.#minMs,
      maxMs: this.#maxMs,
      avgMs: this.#totalMs / this.#count,
      p50Ms: this.#histogram.percentileMs(0.5),
      p95Ms: this.#histogram.percentileMs(0.95),
      p99Ms: this.#histogram.percentileMs(0.99),
    };
  }
}
