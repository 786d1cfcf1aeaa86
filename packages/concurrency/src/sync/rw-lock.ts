import { type LockObserver, type ObservableLock, observe } from '../inspect/observe.ts';
import type { LockOptions } from './mutex.ts';
import type { RwPermit } from './rw-permit.ts';
import { RwPhases } from './rw-phases.ts';

/**
 * Lets many readers in together, or one writer alone. Writers go first: a reader that comes while one waits stays
 * behind it. Readers do not starve: when a writer goes, all readers that wait at that moment come in before the next
 * one. An upgrade goes before all that wait, and the next writer follows it. Among writers, first come, first served.
 *
 * A freed place is handed over in the same instant, so nobody who arrives later can take it. Not reentrant: a reader
 * that asks to read again while a writer waits blocks for ever; a holder passes its permit on instead.
 *
 * @example
 * ```ts
 * import { RwLock } from '@zaphub/concurrency';
 *
 * const lock = new RwLock();
 * let settings = { limit: 10 };
 *
 * await lock.write(async () => {
 *   settings = await Promise.resolve({ limit: 20 });
 * });
 * const limits = await Promise.all([lock.read(() => settings.limit), lock.read(() => settings.limit)]);
 * console.log(limits); // [20, 20]
 * ```
 */
export class RwLock implements ObservableLock, AsyncDisposable {
  readonly #phases = new RwPhases();

  /** Readers inside. */
  get readers(): number {
    return this.#phases.readers;
  }

  get isWriting(): boolean {
    return this.#phases.isWriting;
  }

  /** Those who wait, to read, to write or to upgrade. */
  get waiting(): number {
    return this.#phases.waiting;
  }

  get isClosed(): boolean {
    return this.#phases.isClosed;
  }

  /**
   * Waits until it may read. Aborting leaves the line at once; after the permit was handed over it changes nothing.
   *
   * @throws the signal's reason when aborted; SyncClosedError `sync_closed`, also for those in line when it closes.
   */
  acquireRead(options?: LockOptions): Promise<RwPermit> {
    const signal = options?.signal;
    const permit = signal?.aborted === true ? undefined : this.#phases.tryRead();
    return permit === undefined ? this.#phases.wait('read', signal) : Promise.resolve(permit);
  }

  /** As {@link acquireRead}, to write. */
  acquireWrite(options?: LockOptions): Promise<RwPermit> {
    const signal = options?.signal;
    const permit = signal?.aborted === true ? undefined : this.#phases.tryWrite();
    return permit === undefined ? this.#phases.wait('write', signal) : Promise.resolve(permit);
  }

  /** A permit to read if that is possible now, with no writer waiting, else `undefined`. */
  tryAcquireRead(): RwPermit | undefined {
    return this.#phases.tryRead();
  }

  /** A permit to write if nobody is inside, else `undefined`. */
  tryAcquireWrite(): RwPermit | undefined {
    return this.#phases.tryWrite();
  }

  /**
   * Runs `work` as a reader, and gives the permit back however the work ends. Starts at once when it may. An abort
   * while waiting means the work never starts; afterwards it is the work's own business. The work is given the permit
   * so that it can upgrade it.
   *
   * @throws as `acquireRead` does, and whatever the work throws.
   */
  read<T>(work: (permit: RwPermit) => PromiseLike<T> | T, options?: LockOptions): Promise<T> {
    const signal = options?.signal;
    const permit = this.#phases.tryRead();
    if (permit !== undefined) return holding(permit, work, signal);
    return this.#phases.wait('read', signal).then((handed) => holding(handed, work, signal));
  }

  /** As {@link read}, alone. */
  write<T>(work: (permit: RwPermit) => PromiseLike<T> | T, options?: LockOptions): Promise<T> {
    const signal = options?.signal;
    const permit = this.#phases.tryWrite();
    if (permit !== undefined) return holding(permit, work, signal);
    return this.#phases.wait('write', signal).then((handed) => holding(handed, work, signal));
  }

  /**
   * Refuses newcomers and everybody who waits, and resolves when what is held has been given back: do not await it
   * while holding a permit. Idempotent.
   */
  close(): Promise<void> {
    return this.#phases.close();
  }

  /** {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [observe](observer: LockObserver | undefined): void {
    this.#phases.observer = observer;
  }
}

async function holding<T>(
  permit: RwPermit,
  work: (permit: RwPermit) => PromiseLike<T> | T,
  signal: AbortSignal | undefined,
): Promise<T> {
  try {
    // The asker may have gone away before it came, or between being handed the permit and getting here.
    signal?.throwIfAborted();
    return await work(permit);
  } finally {
    permit.release();
  }
}
