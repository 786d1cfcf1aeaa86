import { type ObservablePool, observe, type WorkObserver } from '../inspect/observe.ts';
import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { throwUncaught } from '../waiting/throw-uncaught.ts';
import { BusyMeter } from './busy-meter.ts';
import { type ScalingRule, workersFor } from './scaling.ts';
import { type SubmitOptions, type WorkContext, WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

/** Settings of an {@link AdaptivePool}. */
export interface AdaptivePoolOptions extends Pick<WorkerPoolOptions, 'maxQueued' | 'ageing'> {
  /** Whole numbers from 1. */
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Busy workers ÷ workers, on average over an interval, from which it grows. Default 0.8. */
  readonly scaleUpAt?: number;
  /** The same, below `scaleUpAt`, down to which it shrinks. Default 0.2. */
  readonly scaleDownAt?: number;
  /** Milliseconds over which utilisation is measured before each decision. Default 5,000. */
  readonly intervalMs?: number;
  /** Milliseconds after any change in which it does not shrink. Default 3 × intervalMs. */
  readonly coolDownMs?: number;
  /** Told of each change of the number of workers. What it throws becomes an uncaught error. */
  readonly onScale?: (workers: number, utilisation: number) => void;
  readonly clock?: Clock;
}

/**
 * A {@link WorkerPool} whose number of workers follows the load between two bounds: it grows when they are nearly all
 * busy and shrinks when nearly all idle, each time to the number that puts utilisation half way between the two
 * thresholds. On a steady load it settles and stays.
 *
 * Order, failures, room and closing are those of the WorkerPool. A timer runs while something is worked on or there is
 * something to shrink.
 *
 * @example
 * ```ts
 * import { AdaptivePool } from '@zaphub/concurrency';
 *
 * await using pool = new AdaptivePool(async (n: number) => n * 2, { minWorkers: 2, maxWorkers: 20 });
 * console.log(await Promise.all([1, 2, 3].map((n) => pool.submit(n))));
 * ```
 */
export class AdaptivePool<I, O = void> implements ObservablePool, AsyncDisposable {
  readonly #pool: WorkerPool<I, O>;
  readonly #rule: ScalingRule;
  readonly #intervalMs: number;
  readonly #coolDownMs: number;
  readonly #onScale: ((workers: number, utilisation: number) => void) | undefined;
  readonly #clock: Clock;
  readonly #busy: BusyMeter;
  #shrinkFromMs = -Infinity;
  #cancelTimer: CancelTimer | undefined = undefined;
  #isClosed = false;
  readonly #onTimer = (): void => this.#decide();

  /** @throws RangeError for bounds, thresholds or times that are none. */
  constructor(
    work: (input: I, context: WorkContext) => PromiseLike<O> | O,
    {
      minWorkers,
      maxWorkers,
      scaleUpAt = 0.8,
      scaleDownAt = 0.2,
      intervalMs = 5000,
      coolDownMs = 3 * intervalMs,
      onScale,
      clock = monotonicClock,
      ...rest
    }: AdaptivePoolOptions,
  ) {
    if (!Number.isInteger(minWorkers) || minWorkers < 1) {
      throw new RangeError(`minWorkers must be a whole number from 1, not ${minWorkers}`);
    }
    if (!Number.isInteger(maxWorkers) || maxWorkers < minWorkers) {
      throw new RangeError(`maxWorkers must be a whole number from minWorkers, not ${maxWorkers}`);
    }
    if (!(scaleDownAt >= 0 && scaleDownAt < scaleUpAt && scaleUpAt <= 1)) {
      throw new RangeError(`0 <= scaleDownAt (${scaleDownAt}) < scaleUpAt (${scaleUpAt}) <= 1 must hold`);
    }
    if (!(intervalMs > 0 && coolDownMs >= 0)) {
      throw new RangeError(
        `intervalMs must be above 0 and coolDownMs from 0, not ${intervalMs}, ${coolDownMs}`,
      );
    }
    this.#rule = { minWorkers, maxWorkers, scaleUpAt, scaleDownAt };
    this.#intervalMs = intervalMs;
    this.#coolDownMs = coolDownMs;
    this.#onScale = onScale;
    this.#clock = clock;
    this.#busy = new BusyMeter(clock);
    this.#pool = new WorkerPool(work, {
      ...rest,
      concurrency: minWorkers,
      onRunning: (running) => this.#running(running),
    });
  }

  /** Tasks worked on at the same time at most, as of now. */
  get workers(): number {
    return this.#pool.concurrency;
  }

  /** {@link WorkerPool.running} */
  get running(): number {
    return this.#pool.running;
  }

  /** {@link WorkerPool.queued} */
  get queued(): number {
    return this.#pool.queued;
  }

  /** {@link WorkerPool.blocked} */
  get blocked(): number {
    return this.#pool.blocked;
  }

  /** {@link WorkerPool.submit} */
  submit(input: I, options?: SubmitOptions): Promise<O> {
    return this.#pool.submit(input, options);
  }

  /** {@link WorkerPool.trySubmit} */
  trySubmit(input: I, options?: SubmitOptions): Promise<O> | undefined {
    return this.#pool.trySubmit(input, options);
  }

  /** {@link WorkerPool.ready} */
  ready(signal?: AbortSignal): Promise<void> {
    return this.#pool.ready(signal);
  }

  /** {@link WorkerPool.onIdle} */
  onIdle(): Promise<void> {
    return this.#pool.onIdle();
  }

  /** {@link WorkerPool.close}. The number of workers no longer changes. */
  close(options?: { readonly abandon?: boolean }): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    return this.#pool.close(options);
  }

  /** {@link close} */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [observe](observer: WorkObserver | undefined): void {
    this.#pool[observe](observer);
  }

  #running(running: number): void {
    this.#busy.set(running);
    if (this.#cancelTimer !== undefined || this.#isClosed) return;
    // Nothing was watched while the pool was idle: what is measured begins here.
    this.#busy.take();
    this.#cancelTimer = this.#clock.timer(this.#intervalMs, this.#onTimer);
  }

  #tell(workers: number, utilisation: number): void {
    try {
      this.#onScale?.(workers, utilisation);
    } catch (error) {
      // The next decision must come all the same.
      throwUncaught(error);
    }
  }

  #decide(): void {
    const pool = this.#pool;
    const busy = this.#busy.take();
    const { concurrency } = pool;
    const workers = workersFor(this.#rule, concurrency, busy);
    const nowMs = this.#clock.now();
    if (workers > concurrency || (workers < concurrency && nowMs >= this.#shrinkFromMs)) {
      this.#shrinkFromMs = nowMs + this.#coolDownMs;
      pool.concurrency = workers;
      this.#tell(workers, busy / concurrency);
    }
    const isWatching = pool.running > 0 || pool.concurrency > this.#rule.minWorkers;
    this.#cancelTimer = isWatching ? this.#clock.timer(this.#intervalMs, this.#onTimer) : undefined;
  }
}
