import { AbortWatch } from '../waiting/abort-watch.ts';

/** Ends a timer; calling it late or again does nothing. */
export type CancelTimer = () => void;

/** Time as the primitives use it; injected so that tests decide how it passes. */
export interface Clock {
  /** Milliseconds since an arbitrary start that only go forward; only differences mean something. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts, leaving no timer behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls back once after `ms`, however many they are, unless cancelled before: `Infinity` is never. The timer keeps a
   * process alive while it runs.
   */
  timer(ms: number, callback: () => void): CancelTimer;
}

/** The machine's monotonic clock: setting the wall clock does not touch it. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleepBy(monotonicClock, ms, signal),
  timer(ms, callback) {
    if (ms > longestMs) return longTimer(ms, callback);
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** 24 days: a platform's timer holds no more, and fires at once when asked to. */
const longestMs = 2 ** 31 - 1;

/** One timer of the platform after the other. */
function longTimer(ms: number, callback: () => void): CancelTimer {
  let leftMs = ms;
  let cancel: CancelTimer;
  const goOn = (): void => {
    const stepMs = Math.min(leftMs, longestMs);
    leftMs -= stepMs;
    cancel = monotonicClock.timer(stepMs, leftMs > 0 ? goOn : callback);
  };
  goOn();
  return () => cancel();
}

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
