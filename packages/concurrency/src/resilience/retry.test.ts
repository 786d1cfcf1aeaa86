import { describe, expect, it } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { constantBackoff, exponentialBackoff } from './backoff.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { CircuitOpenError } from './circuit-open-error.ts';
import { RetryPolicy } from './retry-policy.ts';
import { retry } from './retry.ts';

const tripling = exponentialBackoff({ firstDelayMs: 2000, factor: 3, maxDelayMs: 200_000, jitter01: 0 });

describe('retry', () => {
  it('tries again after each wait until it works', async () => {
    const clock = createManualClock();
    const startedAt: number[] = [];
    const retries: string[] = [];
    const result = retry(
      ({ attempt }) => {
        startedAt.push(clock.now());
        if (attempt < 3) throw new Error(`attempt ${attempt}`);
        return 'done';
      },
      {
        attempts: 5,
        backoff: tripling,
        clock,
        onRetry: (error, attempt, delayMs) => retries.push(`${String(error)} ${attempt} ${delayMs}`),
      },
    );
    await clock.advance(8000);
    expect(await result).toBe('done');
    expect(startedAt).toEqual([0, 2000, 8000]);
    expect(retries).toEqual(['Error: attempt 1 1 2000', 'Error: attempt 2 2 6000']);
  });

  it('gives up after its attempts with the last error as it was', async () => {
    const last = new Error('second');
    const errors = [new Error('first'), last];
    const failing = retry(() => Promise.reject(errors.shift() ?? new Error('too many')), {
      attempts: 2,
      backoff: () => 0,
    });
    await expect(failing).rejects.toBe(last);
  });

  it('does not try again what cannot get better', async () => {
    let attempts = 0;
    const failing = retry(
      () => {
        attempts++;
        throw new Error(`refused ${attempts}`);
      },
      {
        attempts: 5,
        backoff: () => 0,
        shouldRetry: (error, attempt) => attempt === 1 && String(error).includes('refused'),
      },
    );
    await expect(failing).rejects.toThrow('refused 2');
    expect(attempts).toBe(2);
  });

  it('ends a wait at once when aborted, leaving no timer, and starts nothing when already aborted', async () => {
    const clock = createManualClock();
    const stop = new AbortController();
    let attempts = 0;
    const failing = (): never => {
      attempts++;
      throw new Error('no');
    };
    const options = { attempts: 5, backoff: tripling, clock, signal: stop.signal };
    const running = retry(failing, options);
    await clock.advance(1000);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(retry(failing, options)).rejects.toThrow('enough');
    expect([attempts, clock.timers]).toEqual([1, 0]);
  });

  it('starts nothing when the abort comes in the instant in which a wait ends', async () => {
    const clock = createManualClock();
    const stop = new AbortController();
    let attempts = 0;
    const sleep = (ms: number): Promise<void> => clock.sleep(ms).then(() => stop.abort(new Error('enough')));
    const running = retry(
      () => {
        attempts++;
        throw new Error('no');
      },
      { attempts: 5, backoff: constantBackoff(100), clock: { ...clock, sleep }, signal: stop.signal },
    );
    const refused = expect(running).rejects.toThrow('enough');
    await clock.advance(100);
    await refused;
    expect(attempts).toBe(1);
  });

  it('does not wait for another attempt when the abort made this one fail', async () => {
    const stop = new AbortController();
    const running = retry(
      () => {
        stop.abort(new Error('enough'));
        throw new Error('cut off');
      },
      { attempts: 5, backoff: () => 60_000, signal: stop.signal },
    );
    await expect(running).rejects.toThrow('cut off');
  });

  it('tells the backoff of the wait before and of the error', async () => {
    const clock = createManualClock();
    const told: unknown[] = [];
    const running = retry(({ attempt }) => Promise.reject(new Error(`attempt ${attempt}`)), {
      attempts: 3,
      backoff: (failed, previousDelayMs, error) => {
        told.push([failed, previousDelayMs, String(error)]);
        return 10 * failed;
      },
      clock,
    });
    const refused = expect(running).rejects.toThrow('attempt 3');
    await clock.advance(30);
    await refused;
    expect(told).toEqual([
      [1, 0, 'Error: attempt 1'],
      [2, 10, 'Error: attempt 2'],
    ]);
  });

  it('waits for what an error asks for, be it for ever', async () => {
    const clock = createManualClock();
    const breaker = new CircuitBreaker({ resetAfterMs: 1000, clock });
    const delaysMs: number[] = [];
    breaker.isolate();
    const stop = new AbortController();
    const running = retry(({ signal }) => breaker.execute(() => 'through', signal), {
      attempts: 3,
      backoff: (_failed, _previousMs, error) => (error instanceof CircuitOpenError ? error.retryAfterMs : 0),
      onRetry: (_error, _attempt, delayMs) => delaysMs.push(delayMs),
      clock,
      signal: stop.signal,
    });
    await clock.advance(1_000_000);
    expect(delaysMs).toEqual([Infinity]);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  it('refuses no attempts', async () => {
    await expect(retry(() => 1, { attempts: 0, backoff: () => 0 })).rejects.toThrow(RangeError);
    expect(() => new RetryPolicy({ attempts: 1.5, backoff: () => 0 })).toThrow(RangeError);
  });
});
