import { type LockObserver, type ObservableLock, observe } from '../inspect/observe.ts';
import { WaitQueue } from '../waiting/wait-queue.ts';
import { BulkheadClosedError } from './bulkhead-closed-error.ts';
import { BulkheadFullError } from './bulkhead-full-error.ts';
import type { Policy, Work } from './policy.ts';
import { startWork } from './start-work.ts';

/** What one partition may take up. */
export interface BulkheadLimits {
  /** Works that run at once; a whole number from 1. */
  readonly maxConcurrent: number;
  /** Works that wait for their turn; a whole number from 0. Default 0: what cannot run now is refused. */
  readonly maxQueued?: number;
}

/**
 * Runs at most `maxConcurrent` works at once; up to `maxQueued` more wait, first come, first served; whatever
 * comes beyond that is refused at once. A freed slot is handed to the first in line in the same instant, so
 * nobody who comes later can take it, and what was once accepted is never refused for being too many. An abort
 * while waiting leaves the line at once; while running it is the work's own business. Closing refuses those in
 * line and lets end what runs.
 *
 * @example
 * ```ts
 * import { BulkheadFullError, BulkheadPartition } from '@zaphub/concurrency';
 *
 * const reports = new BulkheadPartition('reports', { maxConcurrent: 1 });
 * const running = reports.execute(async () => 'the first report');
 * await reports
 *   .execute(() => 'the second report')
 *   .catch((error: unknown) => console.log(error instanceof BulkheadFullError ? 'come back later' : error));
 * console.log(await running);
 * await reports.close();
 * ```
 */
export class BulkheadPartition implements Policy, ObservableLock, AsyncDisposable {
  readonly name: string;
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  /** Below `maxConcurrent` only while nobody is in line. */
  #running = 0;
  /** Each asks for the permit that stands for its slot when somebody watches. */
  readonly #line = new WaitQueue<void, object>((waiter) => this.#observer?.unblocked(waiter.ask));
  #observer: LockObserver | undefined = undefined;
  #closing: PromiseWithResolvers<void> | undefined = undefined;
  readonly #succeeded = <T>(result: T): T => {
    this.#handOn();
    return result;
  };
  readonly #failed = (error: unknown): never => {
    this.#handOn();
    throw error;
  };

  /** `name` is what errors call it. @throws RangeError for a limit out of its range. */
  constructor(name: string, { maxConcurrent, maxQueued = 0 }: BulkheadLimits) {
    if (!Number.isInteger(maxConcurrent) || maxConcurrent < 1) {
      throw new RangeError(`maxConcurrent must be a whole number from 1, not ${maxConcurrent}`);
    }
    if (!Number.isInteger(maxQueued) || maxQueued < 0) {
      throw new RangeError(`maxQueued must be a whole number from 0, not ${maxQueued}`);
    }
    this.name = name;
    this.maxConcurrent = maxConcurrent;
    this.maxQueued = maxQueued;
  }

  /** `maxConcurrent`, as inspection calls it. */
  get capacity(): number {
    return this.maxConcurrent;
  }

  /** Works that run. */
  get running(): number {
    return this.#running;
  }

  /** Works in line. */
  get queued(): number {
    return this.#line.size;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Runs the work now or when its turn comes.
   *
   * @throws BulkheadFullError; BulkheadClosedError; the signal's reason when aborted before the work began; what
   *   the work throws.
   */
  execute<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#closing !== undefined) return Promise.reject(new BulkheadClosedError(this.name));
    if (this.#running < this.maxConcurrent) return this.#run(work, signal);
    if (this.#line.size < this.maxQueued) return this.#runInTurn(work, signal);
    return Promise.reject(new BulkheadFullError(this.name, this.maxConcurrent, this.maxQueued));
  }

  /** Refuses newcomers and the line, and resolves when what runs has ended: do not await it inside. Idempotent. */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers();
      const closed = new BulkheadClosedError(this.name);
      for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
        first.refuse(closed);
        this.#observer?.unblocked(first.ask);
      }
      if (this.#running === 0) this.#closing.resolve();
    }
    return this.#closing.promise;
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [observe](observer: LockObserver | undefined): void {
    this.#observer = observer;
  }

  #run<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    this.#running++;
    if (this.#observer === undefined) return startWork(work, signal).then(this.#succeeded, this.#failed);
    const permit = {};
    this.#observer.acquired(permit, 1, 'units');
    return this.#runHolding(permit, work, signal);
  }

  async #runInTurn<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    const permit = {};
    const turn = this.#line.wait(permit, signal);
    this.#observer?.blocked(permit, 1, 'units');
    await turn;
    return await this.#runHolding(permit, work, signal);
  }

  async #runHolding<T>(permit: object, work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      // Between being handed the slot and getting here, the caller may have gone away.
      signal?.throwIfAborted();
      return await work(signal);
    } finally {
      this.#observer?.released(permit);
      this.#handOn();
    }
  }

  #handOn(): void {
    const first = this.#line.first;
    if (first !== undefined) {
      first.grant();
      this.#observer?.unblocked(first.ask, first.ask);
    } else if (--this.#running === 0) this.#closing?.resolve();
  }
}
