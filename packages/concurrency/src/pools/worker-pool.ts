import { type ObservablePool, observe, type WorkObserver } from '../inspect/observe.ts';
import { throwUncaught } from '../waiting/throw-uncaught.ts';
import { WaitQueue } from '../waiting/wait-queue.ts';
import { PriorityQueue } from './priority-queue.ts';
import { WorkerPoolClosedError } from './worker-pool-closed-error.ts';
import { WorkerTask } from './worker-task.ts';

/** Given to each piece of work. */
export interface WorkContext {
  /** Aborts when the task's own signal does, or when the pool is closed with `abandon`. */
  readonly signal: AbortSignal;
}

/** Settings of a {@link WorkerPool}. */
export interface WorkerPoolOptions {
  /** Tasks worked on at the same time, a whole number from 1. */
  readonly concurrency: number;
  /** Tasks accepted and not yet begun, a whole number from 0. Default: no limit. */
  readonly maxQueued?: number;
  /**
   * A waiting task counts as one priority higher for each `ageing` tasks submitted after it, so that the least
   * urgent is begun at last. Default: no ageing, urgent tasks may keep others waiting for ever.
   */
  readonly ageing?: number;
  /**
   * Told how many workers are busy whenever that changes: not for each task, while one follows another. What it throws
   * becomes an uncaught error and touches no task.
   */
  readonly onRunning?: (running: number) => void;
}

/** How one task is treated. */
export interface SubmitOptions {
  /** More is more urgent; any finite number, best from a few different ones. Default 0. */
  readonly priority?: number;
  readonly signal?: AbortSignal | undefined;
}

const done = Promise.resolve();

/**
 * Works on submitted tasks, at most `concurrency` at once: the most urgent first, first come first served within a
 * priority. A place that becomes free takes the next task in the same instant; a task that fails rejects its own
 * promise and nothing else.
 *
 * With `maxQueued`, tasks above it wait for room, the most urgent first; they are not accepted yet. Closing finishes
 * what was accepted and refuses what was not.
 *
 * @example
 * ```ts
 * import { WorkerPool } from '@zaphub/concurrency';
 *
 * const pool = new WorkerPool(async (name: string) => `hello ${name}`, { concurrency: 2 });
 * const later = pool.submit('later');
 * const urgent = pool.submit('urgent', { priority: 10 });
 * console.log(await Promise.all([later, urgent]));
 * await pool.close();
 * ```
 */
export class WorkerPool<I, O = void> implements ObservablePool {
  readonly #work: (input: I, context: WorkContext) => PromiseLike<O> | O;
  readonly #maxQueued: number;
  readonly #onRunning: ((running: number) => void) | undefined;
  /** Accepted; empty while a place is free. */
  readonly #queue: PriorityQueue<WorkerTask<I, O>>;
  /** Not accepted; empty while the queue has room. */
  readonly #blocked: PriorityQueue<WorkerTask<I, O>>;
  /** Those that want to know when there is room. */
  readonly #watching = new WaitQueue<void, undefined>();
  readonly #abandoning = new AbortController();
  readonly #context: WorkContext = { signal: this.#abandoning.signal };
  #concurrency: number;
  #running = 0;
  #sequence = 0;
  #isClosed = false;
  #idle: PromiseWithResolvers<void> | undefined = undefined;
  #observer: WorkObserver | undefined = undefined;

  /** @throws RangeError for a concurrency, queue or ageing that is none. */
  constructor(
    work: (input: I, context: WorkContext) => PromiseLike<O> | O,
    { concurrency, maxQueued = Infinity, ageing = Infinity, onRunning }: WorkerPoolOptions,
  ) {
    checkConcurrency(concurrency);
    if (maxQueued !== Infinity && (!Number.isInteger(maxQueued) || maxQueued < 0)) {
      throw new RangeError(`maxQueued must be a whole number from 0, not ${maxQueued}`);
    }
    if (!(ageing > 0)) throw new RangeError(`ageing must be above 0, not ${ageing}`);
    this.#work = work;
    this.#concurrency = concurrency;
    this.#maxQueued = maxQueued;
    this.#onRunning = onRunning;
    this.#queue = new PriorityQueue(ageing);
    this.#blocked = new PriorityQueue(ageing);
  }

  /** Tasks worked on at the same time at most. */
  get concurrency(): number {
    return this.#concurrency;
  }

  /** Raising it begins queued tasks at once; lowering it lets those that run finish. */
  set concurrency(concurrency: number) {
    checkConcurrency(concurrency);
    this.#concurrency = concurrency;
    while (this.#running < this.#concurrency) {
      const task = this.#next();
      if (task === undefined) break;
      this.#begin(task);
    }
    this.#tellOfRoom();
  }

  /** Tasks being worked on, those whose submitter has given up included. */
  get running(): number {
    return this.#running;
  }

  /** Tasks accepted and not begun. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Tasks that wait for room in the queue. */
  get blocked(): number {
    return this.#blocked.size;
  }

  /**
   * Resolves with what the work gives for this input; the work begins within the call when a place is free. An
   * abort before it has begun takes the task out; afterwards the work is told by its signal and the promise rejects
   * at once, but the place stays taken until the work ends.
   *
   * @throws whatever the work threw; WorkerPoolClosedError `worker_pool_closed`; the signal's reason; RangeError for
   * a priority that is not finite.
   */
  submit(input: I, options?: SubmitOptions): Promise<O> {
    if (options === undefined && !this.#isClosed) {
      return new Promise<O>((resolve, reject) => {
        this.#enter(new WorkerTask<I, O>(input, 0, this.#sequence++, undefined, resolve, reject));
      });
    }
    return this.#submitWith(input, options?.priority ?? 0, options?.signal);
  }

  /** {@link submit} if the task can be accepted now, else `undefined`: for shedding load. */
  trySubmit(input: I, options?: SubmitOptions): Promise<O> | undefined {
    return this.#isClosed || this.#hasRoom() ? this.submit(input, options) : undefined;
  }

  /**
   * Resolves when a task can be accepted, for producers that should not run ahead. Everybody who waits is told at
   * once; if they submit more than fits, the rest waits for room like any other.
   *
   * @throws WorkerPoolClosedError `worker_pool_closed`; the signal's reason.
   */
  ready(signal?: AbortSignal): Promise<void> {
    if (this.#isClosed) return Promise.reject(new WorkerPoolClosedError());
    return this.#hasRoom() && signal?.aborted !== true ? done : this.#watching.wait(undefined, signal);
  }

  /**
   * Resolves when nothing is worked on and nothing waits; at once when that is so now. What is submitted as soon as a
   * result is there (`await submit(…)`, then the next) belongs to the work. Never rejects.
   */
  onIdle(): Promise<void> {
    if (this.#running === 0) return done;
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  /**
   * Takes no more tasks, refuses those that wait for room, and resolves when all accepted ones have ended. With
   * `abandon` it refuses also those not begun and aborts the signal of those that run. Idempotent; abandoning after a
   * plain close is possible.
   */
  close({ abandon = false }: { readonly abandon?: boolean } = {}): Promise<void> {
    this.#isClosed = true;
    const error = new WorkerPoolClosedError();
    this.#watching.refuseAll(error);
    for (let task = this.#blocked.take(); task !== undefined; task = this.#blocked.take()) task.fail(error);
    if (abandon) {
      for (let task = this.#queue.take(); task !== undefined; task = this.#queue.take()) task.fail(error);
      this.#abandoning.abort(error);
    }
    return this.onIdle();
  }

  /** {@link close}: what was accepted is finished. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [observe](observer: WorkObserver | undefined): void {
    this.#observer = observer;
  }

  #submitWith(input: I, priority: number, signal: AbortSignal | undefined): Promise<O> {
    if (this.#isClosed) return Promise.reject(new WorkerPoolClosedError());
    if (!Number.isFinite(priority)) {
      return Promise.reject(new RangeError(`priority must be a finite number, not ${priority}`));
    }
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise<O>((resolve, reject) => {
      const task = new WorkerTask<I, O>(input, priority, this.#sequence++, signal, resolve, reject);
      if (signal !== undefined) task.obey(signal, () => this.#takeOut(task));
      this.#enter(task);
    });
  }

  #enter(task: WorkerTask<I, O>): void {
    if (this.#running < this.#concurrency) this.#begin(task);
    else if (this.#queue.size < this.#maxQueued) this.#queue.put(task);
    else this.#blocked.put(task);
  }

  #hasRoom(): boolean {
    return this.#running < this.#concurrency || this.#queue.size < this.#maxQueued;
  }

  #begin(task: WorkerTask<I, O>): void {
    this.#running++;
    if (this.#onRunning !== undefined) this.#tellRunning(this.#onRunning);
    void this.#runWorker(task);
  }

  /** One place at work until nothing waits. Never rejects: how a task ended is its submitter's business. */
  async #runWorker(first: WorkerTask<I, O>): Promise<void> {
    const work = this.#work;
    let task: WorkerTask<I, O> | undefined = first;
    while (task !== undefined) {
      const observer = this.#observer;
      const mark = observer === undefined ? 0 : observer.began();
      let hasFailed = false;
      try {
        task.succeed(
          await work(task.input, task.signal === undefined ? this.#context : this.#contextOf(task.signal)),
        );
      } catch (error) {
        hasFailed = true;
        task.fail(error);
      }
      observer?.ended(mark, hasFailed);
      task = this.#running > this.#concurrency ? undefined : this.#next();
    }
    this.#running--;
    if (this.#onRunning !== undefined) this.#tellRunning(this.#onRunning);
    this.#tellOfRoom();
    // Whoever waits for the last result hears of it first, and may submit another task.
    if (this.#running === 0 && this.#idle !== undefined) queueMicrotask(() => this.#tellOfIdleness());
  }

  #tellOfIdleness(): void {
    if (this.#running > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  #tellRunning(onRunning: (running: number) => void): void {
    try {
      onRunning(this.#running);
    } catch (error) {
      // The place must be given back, and no task has asked for this.
      throwUncaught(error);
    }
  }

  #contextOf(signal: AbortSignal): WorkContext {
    return { signal: AbortSignal.any([signal, this.#abandoning.signal]) };
  }

  #next(): WorkerTask<I, O> | undefined {
    const task = this.#queue.take() ?? this.#blocked.take();
    if (this.#maxQueued !== Infinity) this.#admit();
    return task;
  }

  /** Fills the room in the queue with those that wait for it. */
  #admit(): void {
    while (this.#queue.size < this.#maxQueued) {
      const task = this.#blocked.take();
      if (task === undefined) break;
      this.#queue.put(task);
    }
    this.#tellOfRoom();
  }

  #tellOfRoom(): void {
    if (this.#watching.size > 0 && this.#hasRoom()) this.#watching.grantAll();
  }

  /** What it returns fills the place in the queue, when all who share the signal have left. */
  #takeOut(task: WorkerTask<I, O>): (() => void) | undefined {
    if (this.#queue.remove(task)) return () => this.#admit();
    this.#blocked.remove(task);
    return undefined;
  }
}

function checkConcurrency(concurrency: number): void {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(`concurrency must be a whole number from 1, not ${concurrency}`);
  }
}
