import { type Clock, sleepBy } from './clock.ts';

/** A clock that only tests move. */
export interface ManualClock extends Clock {
  /** Moves time, fires the timers that are due in order, and lets everything that follows from each run. */
  advance(ms: number): Promise<void>;
  /** Timers that are still running, sleeps included. */
  readonly timers: number;
}

/** Starts at 0 ms. */
export function createManualClock(): ManualClock {
  let nowMs = 0;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  const clock: ManualClock = {
    now: () => nowMs,
    sleep: (ms, signal) => sleepBy(clock, ms, signal),
    timer(ms, callback) {
      const timer = { dueMs: nowMs + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = nowMs + ms;
      await tick();
      for (;;) {
        const next = [...timers].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > until) break;
        nowMs = Math.max(nowMs, next.dueMs);
        timers.delete(next);
        next.callback();
        await tick();
      }
      nowMs = until;
      await tick();
    },
    get timers() {
      return timers.size;
    },
  };
  return clock;
}

/** Lets every promise that can go on without time passing go on. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
