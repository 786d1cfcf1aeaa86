import { type AbortTarget, AbortWatch } from '../waiting/abort-watch.ts';

/** Given to each piece of work. */
export interface BoundedParallelContext {
  /** Position of the item, from 0. */
  readonly index: number;
  /** Aborts when the caller gives up or another item failed. */
  readonly signal: AbortSignal;
}

/**
 * Does `work` for each item, at most `limit` at once, and resolves with the results in the order of the items.
 * Items are taken one by one as places become free, so the source may be endless or slow. For work that comes from
 * many places over time there is the `WorkerPool`.
 *
 * After the first failure nothing new is started, the signal of what runs aborts, and when that has ended the
 * returned promise rejects with that first failure; an abort of the caller's signal acts the same. A source that was
 * not read to its end is told to clean up.
 *
 * @throws RangeError when the limit is not a whole number from 1.
 * @example
 * ```ts
 * import { boundedParallel } from '@zaphub/concurrency';
 *
 * const lengths = await boundedParallel(['one', 'three'], 2, async (word) => word.length);
 * console.log(lengths);
 * ```
 */
export function boundedParallel<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T, context: BoundedParallelContext) => Promise<R> | R,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<R[]> {
  const { signal } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    return Promise.reject(new RangeError(`limit must be a whole number from 1, not ${limit}`));
  }
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const run = new Run(items, limit, work, resolve, reject);
    if (signal !== undefined) run.obey(signal);
    run.fill();
  });
}

class Run<T, R> implements AbortTarget {
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #limit: number;
  readonly #work: (item: T, context: BoundedParallelContext) => Promise<R> | R;
  readonly #resolve: (results: R[]) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #results: R[] = [];
  readonly #stop = new AbortController();
  #watch: AbortWatch | undefined = undefined;
  #taken = 0;
  #running = 0;
  /** The source was asked and has not answered. It is asked one at a time: it need not support more. */
  #isAsking = false;
  /** The source runs, and may abort; until it has answered it cannot clean up. */
  #isInside = false;
  #isAtEnd = false;
  #isOver = false;

  constructor(
    items: Iterable<T> | AsyncIterable<T>,
    limit: number,
    work: (item: T, context: BoundedParallelContext) => Promise<R> | R,
    resolve: (results: R[]) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
    this.#limit = limit;
    this.#work = work;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  obey(signal: AbortSignal): void {
    // Looping over the source may have aborted it.
    if (signal.aborted) this.#fail(signal.reason);
    else this.#watch = new AbortWatch(signal, this);
  }

  abort(reason: unknown): undefined {
    this.#fail(reason);
    this.#endIfOver();
  }

  /** Takes items while there is a place, and ends when there is nothing more to do. */
  fill(): void {
    while (this.#running < this.#limit && !this.#isAsking && !this.#isAtEnd && !this.#stop.signal.aborted) {
      this.#take();
    }
    this.#endIfOver();
  }

  #take(): void {
    try {
      this.#isInside = true;
      const step = this.#iterator.next();
      this.#isInside = false;
      if ('then' in step) this.#await(Promise.resolve(step));
      else this.#accept(step);
    } catch (error) {
      this.#breakOff(error);
    }
  }

  #await(step: Promise<IteratorResult<T>>): void {
    this.#isAsking = true;
    step.then(
      (answer) => {
        this.#isAsking = false;
        this.#accept(answer);
        this.fill();
      },
      (error: unknown) => {
        this.#isAsking = false;
        this.#breakOff(error);
        this.fill();
      },
    );
  }

  /** After a stop nobody wants the item. */
  #accept(step: IteratorResult<T>): void {
    if (step.done === true) this.#isAtEnd = true;
    else if (!this.#stop.signal.aborted) void this.#do(step.value, this.#taken++);
  }

  async #do(item: T, index: number): Promise<void> {
    this.#running++;
    try {
      this.#results[index] = await this.#work(item, { index, signal: this.#stop.signal });
    } catch (error) {
      this.#fail(error);
    }
    this.#running--;
    this.fill();
  }

  /** A source that fails has ended: it is not asked to clean up. */
  #breakOff(error: unknown): void {
    this.#isInside = false;
    this.#isAtEnd = true;
    this.#fail(error);
  }

  /** The first reason stays: aborting twice changes nothing. */
  #fail(reason: unknown): void {
    this.#stop.abort(reason);
  }

  #endIfOver(): void {
    const isStopped = this.#stop.signal.aborted;
    if (this.#isOver || this.#isInside || this.#running > 0 || !(isStopped || this.#isAtEnd)) return;
    this.#isOver = true;
    this.#watch?.end();
    if (isStopped) void this.#cleanUp().then(() => this.#reject(this.#stop.signal.reason));
    else this.#resolve(this.#results);
  }

  /** Waits for the source to clean up, unless it has yet to answer: it may never do. */
  async #cleanUp(): Promise<void> {
    if (this.#isAtEnd) return;
    try {
      const cleaned = this.#iterator.return?.();
      if (!this.#isAsking) await cleaned;
      else Promise.resolve(cleaned).catch(() => undefined);
    } catch {
      // The caller learns of the first failure, which is why the source was left.
    }
  }
}
