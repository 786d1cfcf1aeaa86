import type { Clock } from '../time/clock.ts';

/** Settings of a {@link CoalescingCache}. */
export interface CoalesceOptions<V> {
  /** Milliseconds for which a value is served without loading it again. Default 0: only calls at the same time share. */
  readonly ttlMs?: number;
  /** Milliseconds after `ttlMs` in which the old value is still served while it is loaded again behind. Default 0. */
  readonly staleMs?: number;
  /**
   * Milliseconds for which a failure, or a negative value, is served without loading again, and for which a failing
   * reload of a stale value is not repeated. Default 0.
   */
  readonly negativeTtlMs?: number;
  /** Values that mean "there is none". Default: `undefined`. */
  readonly isNegative?: (value: V) => boolean;
  /** Values kept, a whole number from 1 or `Infinity`; above it the least recently used leaves. Default 1,000. */
  readonly maxEntries?: number;
  readonly clock?: Pick<Clock, 'now'>;
}

/** What a {@link CoalescingCache} has done so far, and holds now. */
export interface CoalesceStats {
  /** Calls served from a fresh value or a remembered failure. */
  readonly hits: number;
  /** Calls served from an old value while it is loaded again. */
  readonly staleHits: number;
  /** Calls that began a load and wait for it. */
  readonly misses: number;
  /** Calls that joined a running load. */
  readonly joined: number;
  /** Loads begun, those behind a stale value included. */
  readonly loads: number;
  /** Loads that failed while they were still wanted. */
  readonly failures: number;
  /** Values that left because there were too many. */
  readonly evictions: number;
  /** Values and failures held, some of which may be too old to be served. */
  readonly size: number;
  /** Loads running. */
  readonly loading: number;
}
