import { AbortWatch } from '../waiting/abort-watch.ts';

/** Ends a timer; calling it late or again does nothing. */
export type CancelTimer = () => void;

/** Time as the primitives use it; injected so that tests decide how it passes. */
export interface Clock {
  /** Milliseconds since an arbitrary start that only go forward; only differences mean something. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts, leaving no timer behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once after `ms`, unless cancelled before. The timer keeps a process alive while it runs. */
  timer(ms: number, callback: () => void): CancelTimer;
}

/** The machine's monotonic clock: setting the wall clock does not touch it. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleepBy(monotonicClock, ms, signal),
  timer(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** {@link Clock.sleep} in terms of its timer. */
export function sleepBy(clock: Pick<Clock, 'timer'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal === undefined) {
      clock.timer(ms, resolve);
      return;
    }
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const watch = new AbortWatch(signal, {
      abort(reason) {
        cancel();
        reject(reason);
        return undefined;
      },
    });
    const cancel = clock.timer(ms, () => {
      watch.end();
      resolve();
    });
  });
}
