import type { LockOptions } from './mutex.ts';

/** What a permit allows: to `read` beside other readers, to `write` alone, or nothing once it is `released`. */
export type RwMode = 'read' | 'released' | 'write';

/** Lets the lock, and nobody else, say what a permit allows. */
export const setMode: unique symbol = Symbol('setMode');

/** The lock as its permits see it. */
export interface RwPermitSource {
  /** Of a permit that reads or writes. */
  release(permit: RwPermit): void;
  /** Of a permit that reads. */
  tryUpgrade(permit: RwPermit): boolean;
  /** Of a permit that reads. */
  upgrade(permit: RwPermit, signal: AbortSignal | undefined): Promise<boolean>;
  /** Of a permit that writes. */
  downgrade(permit: RwPermit): void;
}

/**
 * The right to read or to write under an `RwLock`, until `release` or the end of a `using` block. One permit
 * may change from one to the other and back without letting anybody write in between.
 *
 * @example
 * ```ts
 * import { RwLock } from '@zaphub/concurrency';
 *
 * const lock = new RwLock();
 * const prices = new Map<string, number>();
 * async function priceOf(name: string): Promise<number> {
 *   using permit = await lock.acquireRead();
 *   const known = prices.get(name);
 *   if (known !== undefined) return known;
 *   if (await permit.upgrade()) prices.set(name, 42); // nobody has written since we looked
 *   return 42;
 * }
 * console.log(await priceOf('tea'), await priceOf('tea'));
 * ```
 */
export class RwPermit implements Disposable {
  /** Says that this is no promise: see `Permit`. */
  // oxlint-disable-next-line unicorn/no-thenable
  readonly then = undefined;
  readonly #source: RwPermitSource;
  #mode: RwMode;

  constructor(source: RwPermitSource, mode: 'read' | 'write') {
    this.#source = source;
    this.#mode = mode;
  }

  /** What it allows at this moment. */
  get mode(): RwMode {
    return this.#mode;
  }

  /**
   * Turns reading into writing if there is no other reader now. `false` changes nothing, and trying again without
   * having released cannot succeed while the other reader does the same.
   */
  tryUpgrade(): boolean {
    return this.#mode === 'read' ? this.#source.tryUpgrade(this) : this.#mode === 'write';
  }

  /**
   * Turns reading into writing once all other readers have gone, before any writer that waits; until then nobody new
   * comes in. `false`, at once, when another reader already waits for the same: each would wait for the other, so
   * release this one and ask to write. An abort leaves it reading. Released while it waits, it answers `false`.
   *
   * @throws the signal's reason; SyncClosedError `sync_closed` when the lock is closed meanwhile; it goes on reading.
   */
  upgrade(options?: LockOptions): Promise<boolean> {
    if (this.#mode !== 'read') return Promise.resolve(this.#mode === 'write');
    return this.#source.upgrade(this, options?.signal);
  }

  /**
   * Turns writing into reading at once, and lets in the readers that wait; not after an upgrade while a writer waits,
   * since then it is the writer's turn. Does nothing unless it writes.
   */
  downgrade(): void {
    if (this.#mode === 'write') this.#source.downgrade(this);
  }

  /** Gives it back; calling it again does nothing. */
  release(): void {
    if (this.#mode !== 'released') this.#source.release(this);
  }

  /** {@link release}. */
  [Symbol.dispose](): void {
    this.release();
  }

  [setMode](mode: RwMode): void {
    this.#mode = mode;
  }
}
