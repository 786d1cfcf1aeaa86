import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { constantBackoff } from './backoff.ts';
import { BulkheadPartition } from './bulkhead-partition.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { CircuitOpenError } from './circuit-open-error.ts';
import { ConsecutiveFailures } from './consecutive-failures.ts';
import { RetryPolicy } from './retry-policy.ts';
import { TimeoutPolicy } from './timeout.ts';
import { wrap } from './wrap.ts';

function partsOf() {
  const clock = createManualClock();
  const attempts = 5;
  return {
    clock,
    retry: new RetryPolicy({ attempts, backoff: constantBackoff(10), clock }),
    breaker: new CircuitBreaker({ strategy: new ConsecutiveFailures(3), resetAfterMs: 1000, clock }),
    bulkhead: new BulkheadPartition('provider', { maxConcurrent: 1, maxQueued: 1 }),
    timeout: new TimeoutPolicy(100, clock),
  };
}

describe('wrap', () => {
  it('tries again what the breaker inside refuses: every attempt is counted', async () => {
    const { clock, retry, breaker } = partsOf();
    let runs = 0;
    const failing = wrap(retry, breaker).execute(() => {
      runs++;
      throw new Error('down');
    });
    const refused = expect(failing).rejects.toThrow(CircuitOpenError);
    await clock.advance(40);
    await refused;
    expect([runs, breaker.state]).toEqual([3, 'open']);
  });

  it('shows the breaker outside the last attempt only', async () => {
    const { clock, retry, breaker } = partsOf();
    let runs = 0;
    const failing = wrap(breaker, retry).execute(() => Promise.reject(new Error(`down ${++runs}`)));
    const refused = expect(failing).rejects.toThrow('down 5');
    await clock.advance(40);
    await refused;
    expect(breaker.state).toBe('closed');
  });

  it('frees the slot between attempts when the bulkhead is inside the retry, and keeps it when outside', async () => {
    for (const isInside of [true, false]) {
      const { clock, retry, bulkhead } = partsOf();
      const policy = isInside ? wrap(retry, bulkhead) : wrap(bulkhead, retry);
      let runs = 0;
      const running = policy.execute(() => (++runs < 2 ? Promise.reject(new Error('not yet')) : runs));
      await tick();
      expect(bulkhead.running).toBe(isInside ? 0 : 1);
      await clock.advance(10);
      expect(await running).toBe(2);
    }
  });

  it('counts a timeout inside the breaker as a failure, and one outside as a caller who went away', async () => {
    for (const isInside of [true, false]) {
      const { clock, breaker, timeout } = partsOf();
      const policy = isInside ? wrap(breaker, timeout) : wrap(timeout, breaker);
      const hang = (signal: AbortSignal | undefined): Promise<never> =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      for (let call = 0; call < 3; call++) {
        const late = expect(policy.execute(hang)).rejects.toThrow('not done within 100 ms');
        await clock.advance(100);
        await late;
      }
      expect(breaker.state).toBe(isInside ? 'open' : 'closed');
    }
  });

  it('gives a refusal by the bulkhead to the breaker and the retry around it like any error', async () => {
    const { clock, retry, breaker, bulkhead } = partsOf();
    const { promise, resolve } = Promise.withResolvers<string>();
    const policy = wrap(retry, breaker, bulkhead);
    const running = policy.execute(() => promise);
    const queued = policy.execute(() => 'queued');
    const third = policy.execute(() => 'third');
    await tick();
    resolve('done');
    await clock.advance(10);
    expect(await Promise.all([running, queued, third])).toEqual(['done', 'queued', 'third']);
  });
});
