import { WaitQueue } from '../waiting/wait-queue.ts';
import { SyncClosedError } from './sync-closed-error.ts';

/**
 * Holds everybody back until `count` things have happened, then stays open for ever; it cannot be set again.
 * Those who wait are let through in the order they came.
 *
 * @example
 * ```ts
 * import { Latch } from '@zaphub/concurrency';
 *
 * const ready = new Latch(2);
 * const start = async () => {
 *   await ready.wait(AbortSignal.timeout(5000));
 *   return 'all parts are up';
 * };
 * const started = start();
 * ready.countDown();
 * ready.countDown();
 * console.log(await started);
 * ```
 */
export class Latch implements Disposable {
  #count: number;
  #isClosed = false;
  readonly #line = new WaitQueue<void, undefined>();

  /** @throws RangeError when the count is not a whole number from 0; with 0 it is open from the start. */
  constructor(count: number) {
    if (!Number.isInteger(count) || count < 0) {
      throw new RangeError(`count must be a whole number from 0, not ${count}`);
    }
    this.#count = count;
  }

  /** What has yet to happen. */
  get count(): number {
    return this.#count;
  }

  get isOpen(): boolean {
    return this.#count === 0;
  }

  /** Those held back. */
  get waiting(): number {
    return this.#line.size;
  }

  /**
   * Says that `n` things have happened; more than were left count as what was left.
   *
   * @throws RangeError when `n` is not a whole number from 1.
   */
  countDown(n = 1): void {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be a whole number from 1, not ${n}`);
    this.#count = Math.max(0, this.#count - n);
    if (this.#count === 0) this.#line.grantAll();
  }

  /**
   * Resolves when the latch is open; at once if it is. An abort ends the wait at once and counts nothing.
   *
   * @throws the signal's reason; SyncClosedError `sync_closed` when it is closed before it opens.
   */
  wait(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted !== true) {
      if (this.#count === 0) return Promise.resolve();
      if (this.#isClosed) return Promise.reject(new SyncClosedError('latch'));
    }
    return this.#line.wait(undefined, signal);
  }

  /** Gives up: refuses those who wait or come, unless the latch has opened. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#line.refuseAll(new SyncClosedError('latch'));
  }

  /** {@link close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}
