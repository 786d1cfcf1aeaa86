import type { Policy, Work } from './policy.ts';

/**
 * One policy made of several, the outermost first: `wrap(retry, breaker, bulkhead)` retries a call that the breaker
 * lets through to the bulkhead. Each sees the next as its work, and hands it the signal that it was given or has
 * derived. Costs one small function a call and policy.
 *
 * What each order means: what is inside a retry happens at every attempt; what is outside sees only the last. A
 * breaker counts what happens inside it, so put a timeout inside the breaker: from outside, it looks like a caller
 * who went away, which counts as nothing.
 *
 * @example
 * ```ts
 * import { BulkheadPartition, CircuitBreaker, exponentialBackoff, RetryPolicy, TimeoutPolicy, wrap } from '@zaphub/concurrency';
 *
 * const provider = wrap(
 *   new RetryPolicy({ attempts: 3, backoff: exponentialBackoff({ firstDelayMs: 100 }) }),
 *   new CircuitBreaker({ resetAfterMs: 10_000 }),
 *   new BulkheadPartition('provider', { maxConcurrent: 10, maxQueued: 100 }),
 *   new TimeoutPolicy(5000),
 * );
 * console.log(await provider.execute((signal) => `sent, ${signal?.aborted}`));
 * ```
 */
export function wrap(outermost: Policy, ...others: readonly Policy[]): Policy {
  const [next, ...rest] = others;
  return next === undefined ? outermost : new Wrapped(outermost, wrap(next, ...rest));
}

class Wrapped implements Policy {
  readonly #outer: Policy;
  readonly #inner: Policy;

  constructor(outer: Policy, inner: Policy) {
    this.#outer = outer;
    this.#inner = inner;
  }

  execute<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    const inner = this.#inner;
    return this.#outer.execute((innerSignal) => inner.execute(work, innerSignal), signal);
  }
}
