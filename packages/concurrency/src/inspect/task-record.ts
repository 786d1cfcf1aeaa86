import type { Clock } from '../time/clock.ts';
import type { WorkObserver } from './observe.ts';

/** How long tasks lived, from start to end; all 0 while none was timed. */
export interface Lifetimes {
  /** Of all that were timed. */
  readonly average: number;
  /** This and the others: of those timed last. */
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

export interface TaskRecordOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly samples: number;
  readonly timeEvery: number;
}

/** The counts of one name, and the latest lifetimes. */
export class TaskRecord implements WorkObserver {
  readonly #name: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #samples: number;
  readonly #timeEvery: number;
  /** The latest, the oldest of which is overwritten. */
  readonly #lifetimes: number[] = [];
  #created = 0;
  #completed = 0;
  #failed = 0;
  #timed = 0;
  #totalMs = 0;

  constructor(name: string, { clock, samples, timeEvery }: TaskRecordOptions) {
    this.#name = name;
    this.#clock = clock;
    this.#samples = samples;
    this.#timeEvery = timeEvery;
  }

  /** When it began; NaN for one that is not timed. */
  began(): number {
    const earlier = this.#created++;
    return earlier < this.#samples || earlier % this.#timeEvery === 0 ? this.#clock.now() : Number.NaN;
  }

  ended(startedAt: number, hasFailed: boolean): void {
    if (hasFailed) this.#failed++;
    else this.#completed++;
    if (Number.isNaN(startedAt)) return;
    const lifetimeMs = this.#clock.now() - startedAt;
    this.#lifetimes[this.#timed++ % this.#samples] = lifetimeMs;
    this.#totalMs += lifetimeMs;
  }

  run<Args extends readonly unknown[], T>(
    task: (...args: Args) => PromiseLike<T> | T,
    ...args: Args
  ): Promise<T> {
    const startedAt = this.began();
    let result: Promise<T>;
    try {
      const returned = task(...args);
      result = returned instanceof Promise ? returned : Promise.resolve(returned);
    } catch (error) {
      result = Promise.reject(error);
    }
    // A promise of its own, so that an error nobody handles is still reported as such.
    return result.then(
      (value) => {
        this.ended(startedAt, false);
        return value;
      },
      (error: unknown) => {
        this.ended(startedAt, true);
        throw error;
      },
    );
  }

  profile(): TaskProfile {
    const sorted = this.#lifetimes.toSorted((a, b) => a - b);
    const at = (share01: number): number => sorted[Math.ceil(share01 * sorted.length) - 1] ?? 0;
    return {
      name: this.#name,
      active: this.#created - this.#completed - this.#failed,
      created: this.#created,
      completed: this.#completed,
      failed: this.#failed,
      lifetimeMs: {
        average: this.#totalMs / Math.max(1, this.#timed),
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        max: at(1),
      },
    };
  }
}
