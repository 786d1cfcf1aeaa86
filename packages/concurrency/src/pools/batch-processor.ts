import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { RingBuffer } from '../waiting/ring-buffer.ts';
import { Batch } from './batch.ts';
import { BatchEntry } from './batch-entry.ts';
import type { BatchLoaderOptions, BatchProcessorOptions } from './batch-options.ts';
import { BatchProcessorClosedError } from './batch-processor-closed-error.ts';
import { LinkedList } from './linked-list.ts';

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
 *   load: async (words: readonly string[]) => words.map((word) => word.length),
 *   maxSize: 100,
 *   maxWaitMs: 5,
 * });
 * console.log(await Promise.all([lengths.add('one'), lengths.add('three')]));
 * await lengths.close();
 * ```
 */
export class BatchProcessor<T, R = void> {
  readonly #work: (items: readonly T[]) => Promise<readonly R[] | void>;
  readonly #sizeOf: ((item: T) => number) | undefined;
  readonly #maxSize: number;
  readonly #maxWaitMs: number;
  readonly #maxBytes: number;
  readonly #concurrency: number;
  readonly #maxPending: number;
  readonly #splitFailing: boolean;
  /** Adders need not be told apart: those of a batch share one promise. */
  readonly #areAlike: boolean;
  /** Its work gives results. */
  readonly #isLoading: boolean;
  readonly #clock: Clock;
  /** The batch being gathered. */
  #batch = new Batch<T, R>();
  /** Runs while the batch being gathered holds something. */
  #cancelTimer: CancelTimer | undefined = undefined;
  readonly #onTimer = (): void => this.#send();
  /** Gathered, waiting for a place. */
  readonly #ready = new RingBuffer<Batch<T, R>>();
  /** Sent and not done. */
  readonly #sent = new Set<Batch<T, R>>();
  /** Not accepted: there is no room. */
  readonly #blocked = new LinkedList<BatchEntry<T, R>>();
  #running = 0;
  #pending = 0;
  #isClosed = false;

  /** @throws RangeError for sizes or a time that are none, or bytes without a way to measure them. */
  constructor(options: BatchProcessorOptions<T> | BatchLoaderOptions<T, R>) {
    const { maxSize, maxBytes = Infinity, sizeOf, concurrency = 1 } = options;
    const { maxPending = 10 * maxSize * concurrency, splitFailing = false, clock = monotonicClock } = options;
    checkWhole('maxSize', maxSize, 1);
    checkWhole('concurrency', concurrency, 1);
    checkWhole('maxPending', maxPending, maxSize);
    if (!(options.maxWaitMs >= 0)) throw new RangeError(`maxWaitMs must be from 0, not ${options.maxWaitMs}`);
    if (!(maxBytes > 0)) throw new RangeError(`maxBytes must be above 0, not ${maxBytes}`);
    if (maxBytes !== Infinity && sizeOf === undefined) throw new RangeError('maxBytes needs sizeOf');
    this.#work = 'load' in options ? options.load : options.process;
    this.#isLoading = 'load' in options;
    this.#areAlike = !this.#isLoading && !splitFailing && sizeOf === undefined;
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
   * @throws whatever the work threw for its batch; BatchProcessorClosedError `batch_processor_closed`;
   * BatchResultsError `batch_results_mismatch`; the signal's reason; RangeError for a size that is none.
   */
  add(item: T, signal?: AbortSignal): Promise<R> {
    if (this.#isClosed) return Promise.reject(new BatchProcessorClosedError());
    if (signal !== undefined || this.#pending >= this.#maxPending) return this.#addEntry(item, signal);
    if (!this.#areAlike) {
      return new Promise((resolve, reject) => this.#gather(item, this.#measure(item), resolve, reject));
    }
    const added = this.#batch.addAlike(item);
    this.#joined(this.#batch);
    // Adders are alike only when there are no results: R is void.
    return added as Promise<R>;
  }

  /**
   * Sends what is gathered now and resolves when everything that was accepted so far is done, well or not: awaited by
   * the work of a batch, it waits for itself.
   */
  async flush(): Promise<void> {
    this.#send();
    await Promise.all(Array.from(this.#sent, (batch) => batch.whenEnded()));
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

  #addEntry(item: T, signal: AbortSignal | undefined): Promise<R> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const entry = new BatchEntry<T, R>(item, this.#measure(item), resolve, reject);
      if (signal !== undefined) entry.obey(signal, () => this.#takeOut(entry));
      if (this.#pending < this.#maxPending) this.#gatherEntry(entry);
      else this.#block(entry);
    });
  }

  #block(entry: BatchEntry<T, R>): void {
    entry.isBlocked = true;
    this.#blocked.push(entry);
  }

  #measure(item: T): number {
    if (this.#sizeOf === undefined) return 0;
    const sizeBytes = this.#sizeOf(item);
    if (!(sizeBytes >= 0)) throw new RangeError(`sizeOf must give a number from 0, not ${sizeBytes}`);
    return sizeBytes;
  }

  #gatherEntry(entry: BatchEntry<T, R>): void {
    entry.isBlocked = false;
    entry.batch = this.#gather(entry.item, entry.sizeBytes, entry.succeed, entry.fail);
  }

  /** Puts an item into the batch being gathered, or into a new one if that cannot take so much more. */
  #gather(
    item: T,
    sizeBytes: number,
    resolve: (result: R) => void,
    reject: (reason: unknown) => void,
  ): Batch<T, R> {
    if (this.#batch.sizeBytes + sizeBytes > this.#maxBytes) this.#send();
    const batch = this.#batch;
    batch.add(item, sizeBytes, resolve, reject);
    this.#joined(batch);
    return batch;
  }

  #joined(batch: Batch<T, R>): void {
    this.#pending++;
    if (batch.items.length >= this.#maxSize || batch.sizeBytes >= this.#maxBytes) this.#send();
    else this.#cancelTimer ??= this.#clock.timer(this.#maxWaitMs, this.#onTimer);
  }

  #send(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const batch = this.#batch;
    if (batch.items.length === 0) return;
    this.#batch = new Batch();
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
      batch.hasGone = true;
      if (batch.items.length > 0) await this.#settle(batch);
      this.#sent.delete(batch);
      batch.end();
      batch = this.#ready.size > 0 ? this.#ready.shift() : undefined;
    }
    this.#running--;
  }

  async #settle(batch: Batch<T, R>): Promise<void> {
    try {
      const results = await this.#work(batch.items);
      // Types do not hold everywhere: what a `process` returns is nobody's, and what a `load` does not return is missing.
      batch.succeed(this.#isLoading ? (results ?? []) : undefined);
    } catch (error) {
      if (this.#splitFailing && batch.items.length > 1) {
        for (const half of batch.split()) await this.#settle(half);
        return;
      }
      batch.fail(error);
    }
    this.#free(batch.items.length);
  }

  /** Gives room back, handing it to those that wait for it. */
  #free(items: number): void {
    this.#pending -= items;
    while (this.#pending < this.#maxPending) {
      const entry = this.#blocked.shift();
      if (entry === undefined) return;
      this.#gatherEntry(entry);
    }
  }

  /** What it returns hands the room on, when all who share the signal have left. */
  #takeOut(entry: BatchEntry<T, R>): (() => void) | undefined {
    if (entry.isBlocked) this.#blocked.remove(entry);
    const { batch } = entry;
    // Without a batch it is blocked, or on its way to the work within the very call that added it.
    if (batch === undefined || batch.hasGone) return undefined;
    batch.takeOut(entry.succeed, entry.sizeBytes);
    // The wait of the next batch starts with its own first item.
    if (batch === this.#batch && batch.items.length === 0) this.#send();
    return () => this.#free(1);
  }
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number from ${least}, not ${value}`);
  }
}
