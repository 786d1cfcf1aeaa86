import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { TokenBucket } from './token-bucket.ts';

function bucketOf(ratePerSecond: number, burst: number) {
  const clock = createManualClock();
  return { bucket: new TokenBucket({ ratePerSecond, burst, clock }), clock };
}

describe('TokenBucket', () => {
  it('starts full and refills at its rate, never above the brim', async () => {
    const { bucket, clock } = bucketOf(10, 3);
    expect([1, 2, 3, 4].map(() => bucket.tryTake())).toEqual([true, true, true, false]);
    await clock.advance(99);
    expect(bucket.tryTake()).toBe(false);
    await clock.advance(1);
    expect([bucket.tryTake(), bucket.tryTake()]).toEqual([true, false]);
    await clock.advance(60_000);
    expect(bucket.tryTake(3)).toBe(true);
    expect(bucket.tryTake()).toBe(false);
  });

  it('gives a steady taker exactly its rate, without drift', async () => {
    const { bucket, clock } = bucketOf(7, 1);
    const takenAt: number[] = [];
    const stop = new AbortController();
    const taking = (async () => {
      for (;;) {
        await bucket.take(1, stop.signal);
        takenAt.push(clock.now());
      }
    })().catch(() => undefined);
    // A little more than 100 s: the last token may be due a rounding error later.
    await clock.advance(100_000.5);
    stop.abort();
    await taking;
    expect(takenAt).toHaveLength(701);
    expect(takenAt.at(-1)).toBeCloseTo(100_000, 6);
  });

  it('serves takers in order; a light one does not overtake a heavy one', async () => {
    const { bucket, clock } = bucketOf(1, 5);
    bucket.tryTake(5);
    const order: string[] = [];
    const heavy = bucket.take(3).then(() => order.push(`heavy ${clock.now()}`));
    const light = bucket.take(1).then(() => order.push(`light ${clock.now()}`));
    await clock.advance(2000);
    expect(bucket.tryTake()).toBe(false);
    await clock.advance(2000);
    await Promise.all([heavy, light]);
    expect(order).toEqual(['heavy 3000', 'light 4000']);
  });

  it('lets an aborted taker leave at once with no tokens, and serves those behind it earlier', async () => {
    const { bucket, clock } = bucketOf(1, 5);
    bucket.tryTake(5);
    const stop = new AbortController();
    const heavy = bucket.take(5, stop.signal);
    let lightAt = -1;
    const light = bucket.take(1).then(() => (lightAt = clock.now()));
    await clock.advance(500);
    expect(bucket.waiting).toBe(2);
    stop.abort(new Error('gave up'));
    await expect(heavy).rejects.toThrow('gave up');
    await clock.advance(500);
    await light;
    expect(lightAt).toBe(1000);
    expect([bucket.waiting, clock.timers]).toEqual([0, 0]);
    await expect(bucket.take(1, stop.signal)).rejects.toThrow('gave up');
  });

  it('keeps no timer while nobody waits', async () => {
    const { bucket, clock } = bucketOf(1, 1);
    await bucket.take();
    expect(clock.timers).toBe(0);
    const waiting = bucket.take();
    await tick();
    expect(clock.timers).toBe(1);
    await clock.advance(1000);
    await waiting;
    expect(clock.timers).toBe(0);
  });

  it('refuses what can never be', async () => {
    const { bucket } = bucketOf(1, 2);
    expect(() => bucket.tryTake(3)).toThrow(RangeError);
    await expect(bucket.take(0)).rejects.toThrow(RangeError);
    expect(() => bucketOf(0, 1)).toThrow(RangeError);
    expect(() => bucketOf(1, 0)).toThrow(RangeError);
    expect(() => bucketOf(Number.NaN, 1)).toThrow(RangeError);
  });

  it('never gives more than burst + rate × time in any span, whatever is asked when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(
          fc.record({ waitMs: fc.integer({ min: 0, max: 3000 }), tokens: fc.integer({ min: 1, max: 10 }) }),
          {
            maxLength: 40,
          },
        ),
        async (ratePerSecond, burst, asks) => {
          const { bucket, clock } = bucketOf(ratePerSecond, burst);
          const taken: { at: number; tokens: number }[] = [];
          for (const { waitMs, tokens } of asks) {
            await clock.advance(waitMs);
            if (tokens <= burst && bucket.tryTake(tokens)) taken.push({ at: clock.now(), tokens });
          }
          for (const [from, first] of taken.entries()) {
            let sum = 0;
            for (const { at, tokens } of taken.slice(from)) {
              sum += tokens;
              expect(sum).toBeLessThanOrEqual(burst + (ratePerSecond * (at - first.at)) / 1000 + 1e-6);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
