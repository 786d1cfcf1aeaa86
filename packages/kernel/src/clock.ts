/** The time the kernel lives by: milliseconds that only go forward, and a wait that can be given up. */
export interface Clock {
  /** Milliseconds since an arbitrary start; only differences mean something. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts, leaving no timer behind. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's monotonic clock. */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal.addEventListener('abort', onAbort, { once: true });
    }),
};

/** What became of a promise that was given a limited time. */
export type Settled<T> =
  | { readonly outcome: 'fulfilled'; readonly value: T }
  | { readonly outcome: 'rejected'; readonly reason: unknown }
  | { readonly outcome: 'late' };

/** Waits for `work` for at most `ms`, never rejects and leaves no timer behind; the work itself goes on. */
export async function settleWithin<T>(work: Promise<T>, ms: number, clock: Clock): Promise<Settled<T>> {
  const finished = new AbortController();
  const settled = work.then(
    (value): Settled<T> => ({ outcome: 'fulfilled', value }),
    (reason: unknown): Settled<T> => ({ outcome: 'rejected', reason }),
  );
  const late = clock.sleep(ms, finished.signal).then(
    (): Settled<T> => ({ outcome: 'late' }),
    // Only our own abort below ends the sleep early, and by then the race is over.
    () => settled,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    finished.abort();
  }
}
