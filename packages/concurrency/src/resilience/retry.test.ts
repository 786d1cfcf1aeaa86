import { describe, expect, it } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { exponentialBackoff } from './backoff.ts';
import { retry } from './retry.ts';

const tripling = exponentialBackoff({ firstDelayMs: 2000, factor: 3, maxDelayMs: 200_000, jitter01: 0 });

describe('exponentialBackoff', () => {
  it('grows by its factor up to its limit', () => {
    expect([1, 2, 3, 4, 5, 6].map(tripling)).toEqual([2000, 6000, 18_000, 54_000, 162_000, 200_000]);
  });

  it('leaves the given share of each wait to chance', () => {
    const shortest = exponentialBackoff({ firstDelayMs: 100, jitter01: 0.5, random: () => 0.999_999 });
    const longest = exponentialBackoff({ firstDelayMs: 100, jitter01: 0.5, random: () => 0 });
    expect(shortest(1)).toBeCloseTo(50, 2);
    expect(longest(1)).toBe(100);
  });
});

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
        throw new Error('refused');
      },
      { attempts: 5, backoff: () => 0, shouldRetry: (error) => !String(error).includes('refused') },
    );
    await expect(failing).rejects.toThrow('refused');
    expect(attempts).toBe(1);
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

  it('refuses no attempts', async () => {
    await expect(retry(() => 1, { attempts: 0, backoff: () => 0 })).rejects.toThrow(RangeError);
  });
});
