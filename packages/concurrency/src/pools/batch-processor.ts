import { Semaphore } from '../sync/semaphore.ts';
import { type Clock, monotonicClock } from '../time/clock.ts';

/** Settings of a {@link BatchProcessor}. */
export interface BatchProcessorOptions<T> {
  /** Handles one batch of 1 to `maxSize` items, in the order they were added. */
  readonly process: (items: readonly T[]) => Promise<void>;
  /** A batch this full goes at once. */
  readonly maxSize: number;
  /** Milliseconds after its first item at which a batch goes, however full. */
  readonly maxWaitMs: number;
  /** Batches processed at the same time. Default 1, which keeps the order of all items. */
  readonly concurrency?: number;
  /** Items accepted and not yet done; above it, `add` waits. Default 10 × maxSize × concurrency. */
  readonly maxPending?: number;
  readonly clock?: Clock;
}

/** The processor takes no more items: this one was not accepted. */
export class BatchProcessorClosedError extends Error {
  override readonly name = 'BatchProcessorClosedError';
  readonly code = 'batch_processor_closed';

  constructor() {
    super('the batch processor is closed');
  }
}

interface Entry<T> {
  readonly item: T;
  done(): void;
  failed(reason: unknown): void;
}

/**
 * Gathers items into batches by size and time. Each `add` learns how its own batch ended: one that fails rejects
 * its own items and no others.
 */
export class BatchProcessor<T> {
  readonly #options: BatchProcessorOptions<T>;
  readonly #clock: Clock;
  readonly #room: Semaphore;
  readonly #places: Semaphore;
  /** The batch being gathered. */
  #batch: Entry<T>[] = [];
  /** Ends the wait of the batch being gathered. */
  #timer: AbortController | undefined;
  readonly #running = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  /** @throws RangeError for sizes that are not whole numbers from 1. */
  constructor(options: BatchProcessorOptions<T>) {
    const { maxSize, concurrency = 1, maxPending = 10 * maxSize * concurrency } = options;
    if (!Number.isInteger(maxSize) || maxSize < 1) {
      throw new RangeError(`maxSize must be a whole number from 1, not ${maxSize}`);
    }
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
    this.#room = new Semaphore(maxPending);
    this.#places = new Semaphore(concurrency);
  }

  /** Items accepted and not yet done. */
  get pending(): number {
    return this.#room.capacity - this.#room.available;
  }

  /**
   * Resolves when the item's batch has been processed. An abort before the batch has gone takes the item out of
   * it; afterwards the wait ends at once but the batch goes on.
   *
   * @throws whatever `process` threw for its batch; BatchProcessorClosedError; the signal's reason.
   */
  async add(item: T, signal?: AbortSignal): Promise<void> {
    const release = await this.#enter(signal);
    try {
      await this.#join(item, signal);
    } finally {
      release();
    }
  }

  /** Sends what is gathered now and resolves when everything that was accepted so far is done, well or not. */
  async flush(): Promise<void> {
    this.#send();
    await Promise.all(this.#running);
  }

  /** Refuses new items and those that wait for room, then flushes. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(new BatchProcessorClosedError());
    await this.flush();
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #enter(signal: AbortSignal | undefined): Promise<() => void> {
    const closing = this.#closing.signal;
    closing.throwIfAborted();
    const release = await this.#room.acquire({
      signal: signal === undefined ? closing : AbortSignal.any([closing, signal]),
    });
    if (!closing.aborted) return release;
    release();
    throw closing.reason;
  }

  #join(item: T, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        signal?.removeEventListener('abort', onAbort);
        end();
      };
      const entry: Entry<T> = {
        item,
        done: () => settle(resolve),
        failed: (reason) => settle(() => reject(reason)),
      };
      const onAbort = (): void => {
        const index = this.#batch.indexOf(entry);
        if (index !== -1) this.#batch.splice(index, 1);
        entry.failed(signal?.reason);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#batch.push(entry);
      if (this.#batch.length >= this.#options.maxSize) this.#send();
      else if (this.#batch.length === 1) this.#startTimer();
    });
  }

  #startTimer(): void {
    this.#timer?.abort();
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(this.#options.maxWaitMs, timer.signal).then(
      () => this.#send(),
      // The batch went earlier, full or flushed.
      () => undefined,
    );
  }

  #send(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    if (this.#batch.length === 0) return;
    const batch = this.#batch;
    this.#batch = [];
    const running = this.#places.run(() => this.#process(batch));
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  /** Never rejects: how a batch ended is its items' business. */
  async #process(batch: readonly Entry<T>[]): Promise<void> {
    try {
      await this.#options.process(batch.map((entry) => entry.item));
    } catch (error) {
      for (const entry of batch) entry.failed(error);
      return;
    }
    for (const entry of batch) entry.done();
  }
}
