import type { Clock } from '@zaphub/concurrency';

/** What became of a promise that was given a limited time. */
export type Settled<T> =
  | { readonly outcome: 'fulfilled'; readonly value: T }
  | { readonly outcome: 'rejected'; readonly reason: unknown }
  | { readonly outcome: 'late' };

/** Waits for `work` for at most `ms`, never rejects and leaves no timer behind; the work itself goes on. */
export function settleWithin<T>(work: PromiseLike<T>, ms: number, clock: Clock): Promise<Settled<T>> {
  return new Promise((resolve) => {
    const cancel = clock.timer(ms, () => resolve({ outcome: 'late' }));
    const settle = (settled: Settled<T>): void => {
      cancel();
      resolve(settled);
    };
    work.then(
      (value) => settle({ outcome: 'fulfilled', value }),
      (reason: unknown) => settle({ outcome: 'rejected', reason }),
    );
  });
}
