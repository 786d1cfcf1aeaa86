import { describe, expect, it } from 'vitest';
import { constantBackoff } from './backoff.ts';
import { BulkheadPartition } from './bulkhead-partition.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { Policy } from './policy.ts';
import { RateLimiter } from './rate-limiter.ts';
import { RetryPolicy } from './retry-policy.ts';
import { TimeoutPolicy } from './timeout.ts';
import { wrap } from './wrap.ts';

const limiter = (): Policy => new RateLimiter({ rate: 1, burst: 10 });
const retry = (): Policy => new RetryPolicy({ attempts: 1, backoff: constantBackoff(0) });
const breaker = (): Policy => new CircuitBreaker({ resetAfterMs: 1000 });
const bulkhead = (): Policy => new BulkheadPartition('partition', { maxConcurrent: 1 });
const timeout = (): Policy => new TimeoutPolicy(60_000);

describe.each(
  Object.entries({
    RateLimiter: limiter,
    RetryPolicy: retry,
    CircuitBreaker: breaker,
    BulkheadPartition: bulkhead,
    TimeoutPolicy: timeout,
    'all wrapped': () => wrap(limiter(), retry(), breaker(), bulkhead(), timeout()),
    'all wrapped the other way round': () => wrap(timeout(), bulkhead(), breaker(), retry(), limiter()),
    'one wrapped': () => wrap(breaker()),
  }),
)('the policy %s', (_name, createPolicy) => {
  it('hands over what the work returns or resolves to, run once', async () => {
    const policy = createPolicy();
    let runs = 0;
    expect(await policy.execute(() => ++runs)).toBe(1);
    expect(await policy.execute(() => Promise.resolve(++runs))).toBe(2);
    expect(await policy.execute(() => undefined)).toBeUndefined();
  });

  it('passes on the very error that the work throws or rejects with', async () => {
    const policy = createPolicy();
    const error = new Error('no');
    await expect(policy.execute(() => Promise.reject(error))).rejects.toBe(error);
    await expect(
      policy.execute(() => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await policy.execute(() => 'goes on')).toBe('goes on');
  });

  it('gives the work a signal that aborts with the caller', async () => {
    const stop = new AbortController();
    const reason = new Error('gone');
    const running = createPolicy().execute(
      (signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
      stop.signal,
    );
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  it('starts nothing for a caller who has aborted', async () => {
    let isStarted = false;
    const reason = new Error('gone');
    const refused = createPolicy().execute(() => (isStarted = true), AbortSignal.abort(reason));
    await expect(refused).rejects.toBe(reason);
    expect(isStarted).toBe(false);
  });
});
