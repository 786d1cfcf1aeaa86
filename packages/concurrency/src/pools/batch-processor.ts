import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { Fifo } from '../waiting/fifo.ts';
import { BatchEntry } from './batch-entry.ts';
import { BatchProcessorClosedError } from './batch-processor-closed-error.ts';
import { BatchResultsError } from './batch-results-error.ts';
import { LinkedList } from './linked-list.ts';

/** Settings of a {@link BatchProcessor}. */
export interface BatchProcessorOptions<T, R = void> {
  /**
   * Handles one batch of 1 to `maxSize` items, in the order they were added. It gives nothing, or one result for each
   * item in the same order.
   */
  readonly process: (items: readonly T[]) => Promise<readonly R[]> | Promise<void>;
  /** A batch this full goes at once. */
  readonly maxSize: number;
  /** Milliseconds after its first item at which a batch goes, however full. */
  readonly maxWaitMs: number;
  /** A batch goes before it would hold more than this; a single larger item goes alone. Needs `sizeOf`. */
  readonly maxBytes?: number;
  /** Bytes of an item, from 0. */
  readonly sizeOf?: (item: T) => number;
  /** Batches processed at the same time. Default 1, which keeps the order of all items. */
  readonly concurrency?: number;
  /** Items accepted and not yet done, at least `maxSize`; above it, `add` waits. Default 10 × maxSize × concurrency. */
  readonly maxPending?: number;
  /**
   * Processes a failing batch again in halves, and those that fail in halves again, until only the items that fail by
   * themselves are left. Only for a `process` that does all or nothing. Default false: all items of a failing batch fail.
   */
  readonly splitFailing?: boolean;
  readonly clock?: Clock;
}

interface Batch<T, R> {
  readonly entries: LinkedList<BatchEntry<T, R>>;
  sizeBytes: number;
  readonly done: PromiseWithResolvers<void>;
}

/**
 * Gathers items into batches by size, bytes and time, in the order they were added. Each `add` learns how its own
 * item ended: a batch that fails rejects its own items and no others. Closing processes what was accepted and refuses
 * what waits for room.
 *
 * @example
 * ```ts
 * import { BatchProcessor } from '@zaphub/concurrency';
 *
 * const lengths = new BatchProcessor({
 *   process: async (words: readonly string[]) => words.map((word) => word.length),
 *   maxSize: 100,
 *   maxWaitMs: 5,
 * });
 * console.log(await Promise.all([lengths.add('one'), lengths.add('three')]));
 * await lengths.close();
 * ```
 */
export class BatchProcessor<T, R = void> {
  readonly #process: (items: readonly T[]) => Promise<readonly R[]> | Promise<void>;
  readonly #sizeOf: ((item: T) => number) | undefined;
  readonly #maxSize: number;
  readonly #maxWaitMs: number;
  readonly #maxBytes: number;
  readonly #concurrency: number;
  readonly #maxPending: number;
  readonly #splitFailing: boolean;
  readonly #clock: Clock;
  /** The batch being gathered. */
  #batch: Batch<T, R> = newBatch();
  /** Runs while the batch being gathered holds something. */
  #cancelTimer: CancelTimer | undefined = undefined;
  readonly #onTimer = (): void => this.#send();
  /** Gathered, waiting for a place. */
  readonly #ready = new Fifo<Batch<T, R>>();
  /** Sent and not done. */
  readonly #sent = new Set<Batch<T, R>>();
  /** Not accepted: there is no room. */
  readonly #blocked = new LinkedList<BatchEntry<T, R>>();
  #running = 0;
  #pending = 0;
  #isClosed = false;

  /** @throws RangeError for sizes that are none, or bytes without a way to measure them. */
  constructor(options: BatchProcessorOptions<T, R>) {
    const { maxSize, maxBytes = Infinity, sizeOf, concurrency = 1 } = options;
    const { maxPending = 10 * maxSize * concurrency, splitFailing = false, clock = monotonicClock } = options;
    checkWhole('maxSize', maxSize, 1);
    checkWhole('concurrency', concurrency, 1);
    checkWhole('maxPending', maxPending, maxSize);
    if (!(maxBytes > 0)) throw new RangeError(`maxBytes must be above 0, not ${maxBytes}`);
    if (maxBytes !== Infinity && sizeOf === undefined) throw new RangeError('maxBytes needs sizeOf');
    this.#process = options.process;
    this.#sizeOf = sizeOf;
    this.#maxSize = maxSize;
    this.#maxWaitMs = options.maxWaitMs;
    this.#maxBytes = maxBytes;
    this.#concurrency = concurrency;
    this.#maxPending = maxPending;
    this.#splitFailing = splitFailing;
    this.#clock = clock;
  }

  /** Items accepted and not yet done. */
  get pending(): number {
    return this.#pending;
  }

  /** Items that wait for room. */
  get blocked(): number {
    return this.#blocked.size;
  }

  /**
   * Resolves with the item's result when its batch has been processed. An abort before the batch has gone takes the
   * item out of it; afterwards the wait ends at once but the batch goes on.
   *
   * @throws whatever `process` threw for its batch; BatchProcessorClosedError `batch_processor_closed`;
   * BatchResultsError `batch_results_mismatch`; the signal's reason; RangeError for a size that is none.
   */
  add(item: T, signal?: AbortSignal): Promise<R> {
    if (this.#isClosed) return Promise.reject(new BatchProcessorClosedError());
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const sizeBytes = this.#sizeOf === undefined ? 0 : this.#sizeOf(item);
      if (!(sizeBytes >= 0)) throw new RangeError(`sizeOf must give a number from 0, not ${sizeBytes}`);
      const entry = new BatchEntry<T, R>(item, sizeBytes, resolve, reject);
      if (signal !== undefined) entry.obey(signal, () => this.#takeOut(entry));
      if (this.#pending < this.#maxPending) this.#gather(entry);
      else entry.join(this.#blocked);
    });
  }

  /** Sends what is gathered now and resolves when everything that was accepted so far is done, well or not. */
  async flush(): Promise<void> {
    this.#send();
    await Promise.all(Array.from(this.#sent, (batch) => batch.done.promise));
  }

  /** Refuses new items and those that wait for room, then flushes. Idempotent. */
  close(): Promise<void> {
    this.#isClosed = true;
    const error = new BatchProcessorClosedError();
    for (let entry = this.#blocked.shift(); entry !== undefined; entry = this.#blocked.shift())
      entry.fail(error);
    return this.flush();
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #gather(entry: BatchEntry<T, R>): void {
    this.#pending++;
    if (this.#batch.sizeBytes + entry.sizeBytes > this.#maxBytes) this.#send();
    const batch = this.#batch;
    entry.join(batch.entries);
    batch.sizeBytes += entry.sizeBytes;
    if (batch.entries.size >= this.#maxSize || batch.sizeBytes >= this.#maxBytes) this.#send();
    else this.#cancelTimer ??= this.#clock.timer(this.#maxWaitMs, this.#onTimer);
  }

  #send(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const batch = this.#batch;
    if (batch.entries.size === 0) return;
    this.#batch = newBatch();
    this.#sent.add(batch);
    if (this.#running >= this.#concurrency) {
      this.#ready.push(batch);
      return;
    }
    this.#running++;
    void this.#runPlace(batch);
  }

  /** One batch after the other until none is ready. Never rejects: how a batch ended is its items' business. */
  async #runPlace(first: Batch<T, R>): Promise<void> {
    let batch: Batch<T, R> | undefined = first;
    while (batch !== undefined) {
      const entries = leaveTogether(batch);
      if (entries.length > 0) await this.#settle(entries);
      this.#sent.delete(batch);
      batch.done.resolve();
      batch = this.#ready.shift()?.value;
    }
    this.#running--;
  }

  async #settle(entries: readonly BatchEntry<T, R>[]): Promise<void> {
    try {
      const results = await this.#process(entries.map((entry) => entry.item));
      succeed(entries, results);
    } catch (error) {
      if (this.#splitFailing && entries.length > 1) {
        const half = Math.ceil(entries.length / 2);
        await this.#settle(entries.slice(0, half));
        await this.#settle(entries.slice(half));
        return;
      }
      for (const entry of entries) entry.fail(error);
    }
    this.#free(entries.length);
  }

  /** Gives room back, handing it to those that wait for it. */
  #free(items: number): void {
    this.#pending -= items;
    while (this.#pending < this.#maxPending) {
      const entry = this.#blocked.shift();
      if (entry === undefined) return;
      this.#gather(entry);
    }
  }

  #takeOut(entry: BatchEntry<T, R>): void {
    const { list } = entry;
    if (list === undefined) return;
    list.remove(entry);
    if (list === this.#blocked) return;
    if (list === this.#batch.entries) {
      this.#batch.sizeBytes -= entry.sizeBytes;
      // The wait of the next batch starts with its own first item.
      if (list.size === 0) this.#send();
    }
    this.#free(1);
  }
}

function newBatch<T, R>(): Batch<T, R> {
  return { entries: new LinkedList(), sizeBytes: 0, done: Promise.withResolvers<void>() };
}

/** The batch goes: from here on no abort takes an item out of it. */
function leaveTogether<T, R>({ entries }: Batch<T, R>): readonly BatchEntry<T, R>[] {
  const gone: BatchEntry<T, R>[] = [];
  for (let entry = entries.first; entry !== undefined; entry = entry.next) {
    entry.list = undefined;
    gone.push(entry);
  }
  return gone;
}

function succeed<T, R>(entries: readonly BatchEntry<T, R>[], results: readonly R[] | void): void {
  if (results !== undefined && results.length !== entries.length) {
    throw new BatchResultsError(entries.length, results.length);
  }
  // Without results the caller declared R to be void; with them there is one for each entry.
  entries.forEach((entry, index) => entry.succeed(results?.[index] as R));
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number from ${least}, not ${value}`);
  }
}
