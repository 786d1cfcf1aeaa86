import type { Clock } from './clock.ts';

/** A clock that only tests move. */
export interface ManualClock extends Clock {
  /** Moves time, wakes the sleepers that are due in order, and lets everything that follows from it run. */
  advance(ms: number): Promise<void>;
  /** Sleeps that are still running. */
  readonly sleepers: number;
}

/** Starts at 0 ms. */
export function createManualClock(): ManualClock {
  let nowMs = 0;
  const sleepers = new Set<{ readonly dueMs: number; wake(): void }>();
  return {
    now: () => nowMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const sleeper = { dueMs: nowMs + ms, wake: resolve };
        sleepers.add(sleeper);
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    async advance(ms) {
      const until = nowMs + ms;
      await tick();
      for (;;) {
        const next = [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > until) break;
        nowMs = Math.max(nowMs, next.dueMs);
        sleepers.delete(next);
        next.wake();
        await tick();
      }
      nowMs = until;
      await tick();
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}

/** Lets every promise that can go on without time passing go on. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
