import type { Clock } from '../time/clock.ts';

/** How a BatchProcessor gathers items. */
export interface BatchOptions<T> {
  /** A batch this full goes at once. */
  readonly maxSize: number;
  /** Milliseconds after its first item at which a batch goes, however full; from 0, `Infinity` for never. */
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
   * themselves are left. Only for work that does all or nothing. Default false: all items of a failing batch fail.
   */
  readonly splitFailing?: boolean;
  readonly clock?: Clock;
}

/** Settings of a BatchProcessor whose adders learn that their item is done. */
export interface BatchProcessorOptions<T> extends BatchOptions<T> {
  /** Handles one batch of 1 to `maxSize` items, in the order they were added. */
  readonly process: (items: readonly T[]) => Promise<void>;
}

/** Settings of a BatchProcessor whose adders get a result for their item. */
export interface BatchLoaderOptions<T, R> extends BatchOptions<T> {
  /** Answers one batch of 1 to `maxSize` items with one result for each, in their order. */
  readonly load: (items: readonly T[]) => Promise<readonly R[]>;
}
