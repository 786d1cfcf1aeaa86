import { type LockObserver, type ObservableLock, observe } from '../inspect/observe.ts';
import { type Waiter, WaitQueue } from '../waiting/wait-queue.ts';
import { giveBack, Permit, type PermitSource } from './permit.ts';
import { SyncClosedError } from './sync-closed-error.ts';

/** What one permit takes and how long its asker is willing to wait. */
export interface AcquireOptions {
  /** Units of the capacity, a whole number from 1 to the capacity. Default 1. */
  readonly weight?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets at most `capacity` units be held at once, first come, first served. A heavy asker at the head of the line
 * is not overtaken by lighter ones behind it. A freed unit is handed to the first in line in the same instant, so
 * nobody who arrives later can take it; that takes the same time however many wait.
 *
 * @example
 * ```ts
 * import { Semaphore } from '@zaphub/concurrency';
 *
 * const bandwidth = new Semaphore(10);
 * const download = (name: string, weight: number) =>
 *   bandwidth.run(async () => `${name} is here`, { weight, signal: AbortSignal.timeout(5000) });
 *
 * console.log(await Promise.all([download('small', 1), download('large', 8)]));
 * await bandwidth.close();
 * ```
 */
export class Semaphore implements PermitSource, ObservableLock, AsyncDisposable {
  readonly capacity: number;
  #available: number;
  /** Each asks for its weight. */
  readonly #line = new WaitQueue<Permit, number>((waiter) => {
    this.#observer?.unblocked(waiter);
    this.#serve();
  });
  #observer: LockObserver | undefined = undefined;
  readonly #onJoined = (waiter: Waiter<Permit, number>): void =>
    this.#observer?.blocked(waiter, waiter.ask, 'units');
  #closing: PromiseWithResolvers<void> | undefined = undefined;

  readonly #name: string;

  /** `name` is what errors call it. @throws RangeError when the capacity is not a whole number from 1. */
  constructor(capacity: number, name = 'semaphore') {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(`capacity must be a whole number from 1, not ${capacity}`);
    }
    this.capacity = capacity;
    this.#available = capacity;
    this.#name = name;
  }

  /** Units nobody holds. May be above 0 while a heavier asker waits. */
  get available(): number {
    return this.#available;
  }

  /** Askers in line. */
  get waiting(): number {
    return this.#line.size;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Waits for a permit. Aborting leaves the line at once; after the permit was handed over it changes nothing.
   *
   * @throws RangeError for a weight that can never be served; the signal's reason when aborted; SyncClosedError
   * `sync_closed`, also for those in line when it closes.
   */
  acquire(options?: AcquireOptions): Promise<Permit> {
    const weight = options?.weight ?? 1;
    const signal = options?.signal;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (this.#isFree(weight)) return Promise.resolve(this.#take(weight));
    if (!this.#canEverServe(weight)) return Promise.reject(this.#wrongWeight(weight));
    if (this.#closing !== undefined) return Promise.reject(new SyncClosedError(this.#name));
    return this.#line.wait(weight, signal, this.#observer && this.#onJoined);
  }

  /**
   * A permit if one is free now and nobody waits for it, else `undefined`.
   *
   * @throws RangeError for a weight that can never be served.
   */
  tryAcquire(weight = 1): Permit | undefined {
    if (this.#isFree(weight)) return this.#take(weight);
    if (!this.#canEverServe(weight)) throw this.#wrongWeight(weight);
    return undefined;
  }

  /**
   * Runs `work` while holding a permit, and gives it back however the work ends. Starts at once when a permit is
   * free. An abort while waiting means the work never starts; afterwards it is the work's own business.
   *
   * @throws as `acquire` does, and whatever the work throws.
   */
  async run<T>(work: () => PromiseLike<T> | T, options?: AcquireOptions): Promise<T> {
    const weight = options?.weight ?? 1;
    const signal = options?.signal;
    const permit = this.#isFree(weight) ? this.#take(weight) : await this.acquire(options);
    try {
      // The asker may have gone away before it came, or between being handed the permit and getting here.
      signal?.throwIfAborted();
      return await work();
    } finally {
      permit.release();
    }
  }

  /**
   * Refuses newcomers and everybody in line, and resolves when what is held has been given back: do not await it
   * while holding a permit. Idempotent.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = Promise.withResolvers();
      const closed = new SyncClosedError(this.#name);
      for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
        first.refuse(closed);
        this.#observer?.unblocked(first);
      }
      if (this.#available === this.capacity) this.#closing.resolve();
    }
    return this.#closing.promise;
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [giveBack](permit: Permit): void {
    this.#available += permit.weight;
    this.#observer?.released(permit);
    if (this.#closing === undefined) this.#serve();
    else if (this.#available === this.capacity) this.#closing.resolve();
  }

  [observe](observer: LockObserver | undefined): void {
    this.#observer = observer;
  }

  /** Whether a permit can be taken now, with nobody passed over. */
  #isFree(weight: number): boolean {
    return (
      this.#line.size === 0 &&
      weight <= this.#available &&
      weight >= 1 &&
      Number.isInteger(weight) &&
      this.#closing === undefined
    );
  }

  #take(weight: number): Permit {
    const permit = new Permit(this, weight);
    this.#available -= weight;
    this.#observer?.acquired(permit, weight, 'units');
    return permit;
  }

  #serve(): void {
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (first.ask > this.#available) return;
      const permit = new Permit(this, first.ask);
      this.#available -= first.ask;
      first.grant(permit);
      this.#observer?.unblocked(first, permit);
    }
  }

  #canEverServe(weight: number): boolean {
    return Number.isInteger(weight) && weight >= 1 && weight <= this.capacity;
  }

  #wrongWeight(weight: number): RangeError {
    return new RangeError(`weight must be a whole number from 1 to ${this.capacity}, not ${weight}`);
  }
}
