import { accepted } from '../channels/accepted.ts';
import type { Backoff } from '../resilience/backoff.ts';
import { type CancelTimer, type Clock, monotonicClock } from '../time/clock.ts';
import { RingBuffer } from '../waiting/ring-buffer.ts';
import { WaitQueue } from '../waiting/wait-queue.ts';
import {
  type DeadLetter,
  type DeadLetters,
  type DeadLettersOptions,
  DeadLetterStore,
} from './dead-letters.ts';
import { Job, type WorkAttempt, type WorkFailures, type WorkItem } from './work-item.ts';
import { WorkQueueClosedError } from './work-queue-closed-error.ts';

/** Settings of a {@link WorkQueue}. */
export interface WorkQueueOptions<T> {
  /** Does one item, and is waited for; throwing or rejecting is a failed attempt. */
  readonly work: (item: T, attempt: WorkAttempt) => unknown;
  /** Items accepted and neither done nor dead, those in work and between attempts included; from 1. */
  readonly capacity: number;
  /** Items worked on at the same time; a whole number from 1. Default 1. */
  readonly workers?: number;
  /** Attempts at an item, the first included; a whole number from 1. Default 1. */
  readonly attempts?: number;
  /** The wait before another attempt; the item's worker does others meanwhile. Default: none. */
  readonly backoff?: Backoff;
  /** Whether trying again may help; if not, the item is dead at once. Default: always. */
  readonly shouldRetry?: (error: unknown, attempt: number) => boolean;
  readonly deadLetters?: DeadLettersOptions;
  readonly clock?: Clock;
}

/** What a {@link WorkQueue} has done and holds. */
export interface WorkQueueMetrics {
  readonly waiting: number;
  readonly inFlight: number;
  /** Between two attempts. */
  readonly retrying: number;
  readonly dead: number;
  /** Items whose work succeeded. */
  readonly done: number;
  /** Attempts that failed. */
  readonly failedAttempts: number;
  readonly redriven: number;
}

/**
 * Does each accepted item, first come first served, until its work succeeds or its attempts are used up; then it
 * is a dead letter, with its errors, until somebody drains or re-drives it. An item whose attempt failed goes to
 * the end of the line after its backoff. Each item ends once: done, a dead letter or handed back.
 *
 * Holds at most `capacity` items; then `add` waits, first come first served. `close` refuses new items and finishes
 * all others; `handBack` stops and returns them.
 *
 * @example
 * ```ts
 * import { exponentialBackoff, WorkQueue } from '@zaphub/concurrency';
 *
 * const queue = new WorkQueue<string>({
 *   work: async (url) => {
 *     if (!url.startsWith('https:')) throw new Error('not safe');
 *   },
 *   capacity: 1000,
 *   workers: 4,
 *   attempts: 2,
 *   backoff: exponentialBackoff({ firstDelayMs: 5 }),
 * });
 * await queue.add('https://example.org/');
 * await queue.add('http://example.org/');
 * await queue.idle();
 * for (const { item, attempts, failures } of queue.deadLetters.list()) console.log(item, attempts, failures.last);
 * queue.deadLetters.drain();
 * await queue.close();
 * ```
 */
export class WorkQueue<T> implements AsyncDisposable {
  readonly capacity: number;
  /** The items given up. */
  readonly deadLetters: DeadLetters<T>;
  readonly #options: WorkQueueOptions<T>;
  readonly #workers: number;
  readonly #clock: Clock;
  readonly #deadLetters: DeadLetterStore<T>;
  readonly #ready = new RingBuffer<Job<T>>();
  readonly #inFlight = new Set<Job<T>>();
  readonly #retrying = new Map<Job<T>, CancelTimer>();
  /** Items that wait for room. */
  readonly #adding = new WaitQueue<void, T>();
  readonly #waitingForIdle = new WaitQueue<void, undefined>();
  readonly #stop = new AbortController();
  /** Ready, retrying and in flight. */
  #load = 0;
  #serving = 0;
  #lastId = 0;
  #done = 0;
  #failedAttempts = 0;
  #redriven = 0;
  #isClosed = false;
  /** What is handed back; `undefined` while the queue works. */
  #unfinished: Job<T>[] | undefined = undefined;

  /** @throws RangeError for numbers out of range. */
  constructor(options: WorkQueueOptions<T>) {
    const { capacity, workers = 1, attempts = 1, clock = monotonicClock } = options;
    for (const [name, value] of Object.entries({ capacity, workers, attempts })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RangeError(`${name} must be a whole number from 1, not ${value}`);
      }
    }
    this.#options = options;
    this.capacity = capacity;
    this.#workers = workers;
    this.#clock = clock;
    this.#deadLetters = new DeadLetterStore<T>(options.deadLetters ?? {}, (letter) => this.#takeBack(letter));
    this.deadLetters = this.#deadLetters;
  }

  /** Items accepted and neither done nor dead. */
  get size(): number {
    return this.#load;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Resolves when the item is accepted, which may have to wait for room; it says nothing about the work. An abort
   * while it waits leaves at once and the item is never done.
   *
   * @throws WorkQueueClosedError `work_queue_closed`, also for those that wait when it closes; the signal's reason.
   */
  add(item: T, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.tryAdd(item)) return accepted;
    if (this.#isClosed) return Promise.reject(new WorkQueueClosedError());
    return this.#adding.wait(item, signal);
  }

  /** Whether the item could be accepted without waiting. */
  tryAdd(item: T): boolean {
    if (this.#isClosed || this.#load >= this.capacity) return false;
    this.#accept(item);
    return true;
  }

  /** Those in a worker's hands, longest first: where to look when something hangs. */
  inFlight(): readonly WorkItem<T>[] {
    return Array.from(this.#inFlight, (job) => job.toItem());
  }

  /** Those that failed and wait for their next attempt. */
  retrying(): readonly WorkItem<T>[] {
    return Array.from(this.#retrying.keys(), (job) => job.toItem());
  }

  metrics(): WorkQueueMetrics {
    return {
      waiting: this.#ready.size,
      inFlight: this.#inFlight.size,
      retrying: this.#retrying.size,
      dead: this.#deadLetters.size,
      done: this.#done,
      failedAttempts: this.#failedAttempts,
      redriven: this.#redriven,
    };
  }

  /** Resolves when every accepted item is done, dead or handed back. @throws the signal's reason. */
  idle(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return this.#load === 0 ? accepted : this.#waitingForIdle.wait(undefined, signal);
  }

  /**
   * Refuses new items, those that wait for room included, and resolves when all others are done or dead, retries
   * included. Dead letters stay readable; meanwhile their limit is lifted. Idempotent.
   */
  close(): Promise<void> {
    this.#refuseNew();
    return this.idle();
  }

  /**
   * Stops: refuses new items, starts nothing more, ends the waits between attempts, aborts the work under way and
   * waits for it. Resolves with the items that are neither done nor dead, in the order of acceptance; one whose work
   * fails now is among them. A second call gets the same; a `close` that waits ends too.
   */
  async handBack(): Promise<readonly WorkItem<T>[]> {
    this.#refuseNew();
    const unfinished = this.#unfinished ?? this.#collect();
    await this.idle();
    return unfinished.sort((a, b) => a.id - b.id).map((job) => job.toItem());
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #accept(item: T): void {
    this.#enqueue(new Job(++this.#lastId, item, this.#stop.signal, undefined, 0));
  }

  #takeBack({ id, item, failures, redrives }: DeadLetter<T>): void {
    this.#redriven++;
    this.#enqueue(new Job(id, item, this.#stop.signal, failures, redrives + 1));
  }

  #enqueue(job: Job<T>): void {
    this.#load++;
    this.#makeReady(job);
  }

  #makeReady(job: Job<T>): void {
    this.#ready.push(job);
    if (this.#serving < this.#workers) void this.#serve();
  }

  /** One worker, until nothing is ready. Never rejects. */
  async #serve(): Promise<void> {
    const { work } = this.#options;
    this.#serving++;
    while (this.#ready.size > 0) {
      const job = this.#ready.shift();
      job.attempt++;
      job.startedAtMs = this.#clock.now();
      this.#inFlight.add(job);
      try {
        await work(job.item, job);
      } catch (error) {
        await this.#failed(job, error);
        continue;
      }
      this.#done++;
      this.#end(job);
    }
    this.#serving--;
  }

  async #failed(job: Job<T>, error: unknown): Promise<void> {
    this.#failedAttempts++;
    job.failed(error);
    const retryInMs = this.#unfinished === undefined ? this.#retryInMs(job, error) : undefined;
    // The settings that were asked may have handed back meanwhile.
    if (this.#unfinished !== undefined) this.#unfinished.push(job);
    else if (retryInMs === undefined) await this.#bury(job);
    else {
      this.#retry(job, retryInMs);
      return;
    }
    this.#end(job);
  }

  /** `undefined` when the item is dead. */
  #retryInMs(job: Job<T>, error: unknown): number | undefined {
    const { attempts = 1, backoff, shouldRetry } = this.#options;
    if (job.attempt >= attempts) return undefined;
    try {
      if (shouldRetry?.(error, job.attempt) === false) return undefined;
      return backoff?.(job.attempt, job.delayMs, error) ?? 0;
    } catch (fault) {
      // A broken setting must cost neither the item nor the worker.
      job.failed(fault);
      return undefined;
    }
  }

  #retry(job: Job<T>, delayMs: number): void {
    this.#inFlight.delete(job);
    job.delayMs = delayMs;
    if (delayMs <= 0) {
      this.#makeReady(job);
      return;
    }
    const again = (): void => {
      this.#retrying.delete(job);
      this.#makeReady(job);
    };
    this.#retrying.set(job, this.#clock.timer(delayMs, again));
  }

  #bury(job: Job<T>): Promise<void> {
    const { id, item, attempt, failures, redrives } = job;
    const letter = { id, item, attempts: attempt, redrives, diedAtMs: this.#clock.now() };
    // It has failed just now, so it has failures.
    return this.#deadLetters.add({ ...letter, failures: failures as WorkFailures });
  }

  #end(job: Job<T>): void {
    this.#inFlight.delete(job);
    this.#leave();
  }

  /** An item has left: its place goes to the first in line. */
  #leave(): void {
    this.#load--;
    const next = this.#adding.first;
    if (next !== undefined && this.#load < this.capacity) {
      next.grant();
      this.#accept(next.ask);
    }
    if (this.#load === 0) this.#waitingForIdle.grantAll();
  }

  #refuseNew(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#adding.refuseAll(new WorkQueueClosedError());
    this.#deadLetters.seal();
  }

  /** Takes out what no worker holds. */
  #collect(): Job<T>[] {
    const unfinished: Job<T>[] = [];
    this.#unfinished = unfinished;
    for (const [job, cancel] of this.#retrying) {
      cancel();
      unfinished.push(job);
    }
    this.#retrying.clear();
    while (this.#ready.size > 0) unfinished.push(this.#ready.shift());
    for (let left = unfinished.length; left > 0; left--) this.#leave();
    this.#stop.abort(new WorkQueueClosedError());
    return unfinished;
  }
}
