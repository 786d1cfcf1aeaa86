import type { Work } from './policy.ts';

/** Starts work at once; what it throws instead of returning a promise becomes a rejection. */
export function startWork<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    // `resolve` unwraps what a promise-like resolves to, and that is a T already.
    return Promise.resolve(work(signal)) as Promise<T>;
  } catch (error) {
    return Promise.reject(error);
  }
}
