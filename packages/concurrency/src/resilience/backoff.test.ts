import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantBackoff, decorrelatedBackoff, exponentialBackoff } from './backoff.ts';

describe('exponentialBackoff', () => {
  it('grows by its factor up to its limit', () => {
    const backoff = exponentialBackoff({ firstDelayMs: 2000, factor: 3, maxDelayMs: 200_000, jitter01: 0 });
    expect([0, 1, 2, 3, 4, 5, 6].map((failed) => backoff(failed))).toEqual([
      2000, 2000, 6000, 18_000, 54_000, 162_000, 200_000,
    ]);
  });

  it('leaves the given share of each wait to chance', () => {
    const shortest = exponentialBackoff({ firstDelayMs: 100, jitter01: 0.5, random: () => 0.999_999 });
    const longest = exponentialBackoff({ firstDelayMs: 100, jitter01: 0.5, random: () => 0 });
    expect(shortest(1)).toBeCloseTo(50, 2);
    expect(longest(1)).toBe(100);
    const full = exponentialBackoff({ firstDelayMs: 100, jitter01: 1, random: () => 0.999_999 });
    expect(full(1)).toBeCloseTo(0, 2);
  });

  it('doubles up to half a minute and halves by chance unless told otherwise', () => {
    const backoff = exponentialBackoff({ firstDelayMs: 1000 });
    for (const [failed, fullMs] of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      const delayMs = backoff(failed + 1);
      expect(delayMs).toBeGreaterThan(fullMs / 2);
      expect(delayMs).toBeLessThanOrEqual(fullMs);
    }
  });
});

describe('decorrelatedBackoff', () => {
  it('waits between the first delay and three times the wait before', () => {
    const delayMs = fc.double({ min: 1, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(
        delayMs,
        delayMs,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (first, before, chance) => {
          const backoff = decorrelatedBackoff({
            firstDelayMs: first,
            maxDelayMs: Infinity,
            random: () => chance,
          });
          const longestMs = 3 * Math.max(first, before);
          expect(backoff(2, before)).toBeGreaterThanOrEqual(first);
          expect(backoff(2, before)).toBeLessThanOrEqual(longestMs * (1 + 1e-12));
          expect(backoff(1)).toBeLessThanOrEqual(3 * first * (1 + 1e-12));
        },
      ),
    );
  });

  it('grows from wait to wait, up to its limit', () => {
    const backoff = decorrelatedBackoff({ firstDelayMs: 100, maxDelayMs: 2000, random: () => 0.5 });
    const delaysMs = [0];
    for (let failed = 1; failed <= 6; failed++) delaysMs.push(backoff(failed, delaysMs.at(-1)));
    expect(delaysMs.slice(1)).toEqual([200, 350, 575, 912.5, 1418.75, 2000]);
  });

  it('leaves it to chance, and ends at half a minute, unless told otherwise', () => {
    const backoff = decorrelatedBackoff({ firstDelayMs: 29_999 });
    expect(backoff(9, 10_000)).toBeGreaterThanOrEqual(29_999);
    expect(backoff(9, 1e9)).toBeLessThanOrEqual(30_000);
  });
});

describe('constantBackoff', () => {
  it('waits the same every time', () => {
    const backoff = constantBackoff(70);
    expect([backoff(1), backoff(9, 70)]).toEqual([70, 70]);
  });
});
