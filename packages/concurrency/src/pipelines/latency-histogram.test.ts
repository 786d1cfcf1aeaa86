import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LatencyHistogram } from './latency-histogram.ts';

const recorded = (...durationsMs: readonly number[]): LatencyHistogram => {
  const histogram = new LatencyHistogram();
  for (const durationMs of durationsMs) histogram.record(durationMs);
  return histogram;
};

describe('LatencyHistogram', () => {
  it('is all zeros while nothing was recorded', () => {
    expect(recorded().summary()).toEqual({ count: 0, meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 });
  });

  it('summarises what was recorded', () => {
    const summary = recorded(1, 1, 1, 1, 1, 1, 1, 1, 1, 100).summary();
    expect(summary).toMatchObject({ count: 10, meanMs: 10.9, maxMs: 100, p99Ms: 100 });
    expect(summary.p50Ms).toBe(summary.p90Ms);
    expect(summary.p50Ms).toBeGreaterThanOrEqual(1);
    expect(summary.p50Ms).toBeLessThanOrEqual(1.125);
  });

  it('keeps durations of no time and of more than its range', () => {
    expect(recorded(0).summary()).toMatchObject({ count: 1, p50Ms: 0, maxMs: 0 });
    const days = 3 * 24 * 3_600_000;
    const long = recorded(days, days).summary();
    expect([long.maxMs, long.meanMs]).toEqual([days, days]);
    expect(long.p99Ms).toBeGreaterThan(35 * 60_000);
  });

  it('never reads low and at most an eighth high, at any size', () => {
    const durations = fc.array(fc.double({ min: 0, max: 2_000_000, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share01) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.ceil(sorted.length * share01) - 1] ?? 0;
        const read = recorded(...values).percentileMs(share01);
        expect(read).toBeGreaterThanOrEqual(exact);
        // A microsecond of rounding up comes before the buckets.
        expect(read).toBeLessThanOrEqual((exact + 0.001) * 1.125);
      }),
    );
  });

  it('counts up to bounds of any size, never too many and at most an eighth too late', () => {
    expect(recorded(1, 3, 3, 700, 5000).buckets([0.5, 2, 4, 1000])).toEqual({
      boundsMs: [0.5, 2, 4, 1000],
      counts: [0, 1, 3, 4],
      count: 5,
      sumMs: 5707,
    });
    const values = fc.array(fc.double({ min: 0, max: 2_000_000, noNaN: true }));
    fc.assert(
      fc.property(values, values, (durationsMs, bounds) => {
        const boundsMs = bounds.toSorted((a, b) => a - b);
        const { counts } = recorded(...durationsMs).buckets(boundsMs);
        expect(counts).toHaveLength(boundsMs.length);
        for (const [i, boundMs] of boundsMs.entries()) {
          const upTo = (limitMs: number): number => durationsMs.filter((value) => value <= limitMs).length;
          expect(counts[i]).toBeLessThanOrEqual(upTo(boundMs));
          expect(counts[i]).toBeGreaterThanOrEqual(upTo(boundMs / 1.125 - 0.001));
        }
      }),
    );
  });
});
