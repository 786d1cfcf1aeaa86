import { Mutex } from '@zaphub/concurrency';
import { burstShare01 } from '../verify/index.ts';

/** Spreads sends evenly over time by a virtual schedule: each one moves the next permitted instant. */
export interface Pace {
  /** How many may leave together; at least 1. `Infinity` without a rate. */
  readonly burst: number;
  /**
   * Held from the look at `waitMs` until `take`: of batches that prepare at the same time, one leaves. Absent
   * without a rate.
   */
  readonly gate: Mutex | undefined;
  /** Milliseconds until the next burst may leave; 0 for now. */
  waitMs(): number;
  /** Counts `count` sends that leave now. */
  take(count: number): void;
  /** Nothing leaves for so long: the network asked for it. */
  hold(ms: number): void;
}

/** Keeps `ratePerSecond` (`null` for no limit), beginning after `waitMs`. */
export function createPace(
  ratePerSecond: number | null,
  options: { readonly waitMs?: number; readonly now?: () => number } = {},
): Pace {
  const now = options.now ?? (() => performance.now());
  let nextMs = now() + (options.waitMs ?? 0);
  const intervalMs = ratePerSecond === null ? 0 : 1000 / ratePerSecond;
  return {
    burst: ratePerSecond === null ? Infinity : Math.max(1, Math.floor(ratePerSecond * burstShare01)),
    gate: ratePerSecond === null ? undefined : new Mutex(),
    waitMs: () => Math.max(0, nextMs - now()),
    take(count) {
      nextMs = Math.max(nextMs, now()) + count * intervalMs;
    },
    hold(ms) {
      nextMs = Math.max(nextMs, now() + ms);
    },
  };
}
