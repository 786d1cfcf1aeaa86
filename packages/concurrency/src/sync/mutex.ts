import { type LockObserver, type ObservableLock, observe } from '../inspect/observe.ts';
import type { Permit } from './permit.ts';
import { Semaphore } from './semaphore.ts';

/** How long an asker is willing to wait. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets one holder in at a time, first come, first served. Released, it is handed to the first in line in the same
 * instant, so nobody who arrives later can take it. Not reentrant: a holder that asks again waits for itself.
 *
 * @example
 * ```ts
 * import { Mutex } from '@zaphub/concurrency';
 *
 * const account = new Mutex();
 * let balance = 100;
 * const withdraw = (amount: number) =>
 *   account.run(async () => {
 *     const seen = await Promise.resolve(balance);
 *     balance = seen - amount;
 *   });
 *
 * await Promise.all([withdraw(10), withdraw(20)]);
 * console.log(balance); // 70
 * ```
 */
export class Mutex implements ObservableLock, AsyncDisposable {
  readonly #semaphore = new Semaphore(1, 'mutex');

  get isLocked(): boolean {
    return this.#semaphore.available === 0;
  }

  /** Askers in line. */
  get waiting(): number {
    return this.#semaphore.waiting;
  }

  get isClosed(): boolean {
    return this.#semaphore.isClosed;
  }

  /**
   * Waits for its turn. Aborting leaves the line at once; after the mutex was handed over it changes nothing.
   *
   * @throws the signal's reason when aborted; SyncClosedError `sync_closed`, also for those in line when it closes.
   */
  acquire(options?: LockOptions): Promise<Permit> {
    return this.#semaphore.acquire(options);
  }

  /** The permit if nobody holds it now, else `undefined`. */
  tryAcquire(): Permit | undefined {
    return this.#semaphore.tryAcquire();
  }

  /**
   * Runs `work` while nobody else holds the mutex, and gives it back however the work ends. Starts at once when it
   * is free. An abort while waiting means the work never starts; afterwards it is the work's own business.
   *
   * @throws as `acquire` does, and whatever the work throws.
   */
  run<T>(work: () => PromiseLike<T> | T, options?: LockOptions): Promise<T> {
    return this.#semaphore.run(work, options);
  }

  /**
   * Refuses newcomers and everybody in line, and resolves when its holder has given it back: do not await it while
   * holding it. Idempotent.
   */
  close(): Promise<void> {
    return this.#semaphore.close();
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [observe](observer: LockObserver | undefined): void {
    this.#semaphore[observe](
      observer && {
        acquired: (permit) => observer.acquired(permit, 1, 'exclusive'),
        released: (permit) => observer.released(permit),
        blocked: (waiter) => observer.blocked(waiter, 1, 'exclusive'),
        unblocked: (waiter, permit) => observer.unblocked(waiter, permit),
      },
    );
  }
}
