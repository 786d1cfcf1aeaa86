/** Time as the primitives use it; injected so that tests decide how it passes. */
export interface Clock {
  /** Milliseconds since an arbitrary start that only go forward; only differences mean something. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts, leaving no timer behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's monotonic clock: setting the wall clock does not touch it. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};
