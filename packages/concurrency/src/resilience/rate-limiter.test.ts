import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { RateLimiterClosedError } from './rate-limiter-closed-error.ts';
import { RateLimiter } from './rate-limiter.ts';

function limiterOf(rate: number, burst: number, perMs = 1000) {
  const clock = createManualClock();
  return { limiter: new RateLimiter({ rate, perMs, burst, clock }), clock };
}

describe('RateLimiter', () => {
  it('starts full and refills at its rate, never above the brim', async () => {
    const { limiter, clock } = limiterOf(10, 3);
    expect([1, 2, 3, 4].map(() => limiter.tryAcquire())).toEqual([true, true, true, false]);
    await clock.advance(99);
    expect(limiter.tryAcquire()).toBe(false);
    await clock.advance(1);
    expect([limiter.tryAcquire(), limiter.tryAcquire()]).toEqual([true, false]);
    await clock.advance(60_000);
    expect(limiter.tryAcquire(3)).toBe(true);
    expect(limiter.tryAcquire()).toBe(false);
  });

  it('serves takers in order; a light one does not overtake a heavy one', async () => {
    const { limiter, clock } = limiterOf(1, 5);
    limiter.tryAcquire(5);
    const order: string[] = [];
    const heavy = limiter.acquire(undefined, 3).then(() => order.push(`heavy ${clock.now()}`));
    const light = limiter.acquire().then(() => order.push(`light ${clock.now()}`));
    await clock.advance(2000);
    expect(limiter.tryAcquire()).toBe(false);
    await clock.advance(2000);
    await Promise.all([heavy, light]);
    expect(order).toEqual(['heavy 3000', 'light 4000']);
  });

  it('lets an aborted taker leave at once with no tokens, and serves those behind it earlier', async () => {
    const { limiter, clock } = limiterOf(1, 5);
    limiter.tryAcquire(5);
    const stop = new AbortController();
    const heavy = limiter.acquire(stop.signal, 5);
    let lightAt = -1;
    const light = limiter.acquire().then(() => (lightAt = clock.now()));
    await clock.advance(500);
    expect(limiter.waiting).toBe(2);
    stop.abort(new Error('gave up'));
    await expect(heavy).rejects.toThrow('gave up');
    await clock.advance(500);
    await light;
    expect(lightAt).toBe(1000);
    expect([limiter.waiting, clock.timers]).toEqual([0, 0]);
    await expect(limiter.acquire(stop.signal)).rejects.toThrow('gave up');
  });

  it('keeps one timer for the whole line, and none while nobody waits', async () => {
    const { limiter, clock } = limiterOf(1, 1);
    await limiter.acquire();
    expect(clock.timers).toBe(0);
    const waiting = [limiter.acquire(), limiter.acquire()];
    await tick();
    expect(clock.timers).toBe(1);
    await clock.advance(2000);
    await Promise.all(waiting);
    expect(clock.timers).toBe(0);
  });

  it('looks again when a timer is early', async () => {
    const clock = createManualClock();
    const timersMs: number[] = [];
    const timer = (ms: number, callback: () => void) => (
      timersMs.push(ms),
      clock.timer(Math.ceil(ms / 2), callback)
    );
    const limiter = new RateLimiter({ rate: 1, perMs: 3, burst: 1, clock: { ...clock, timer } });
    await limiter.acquire();
    let isServed = false;
    const turn = limiter.acquire().then(() => (isServed = true));
    await clock.advance(2);
    expect([isServed, clock.timers]).toEqual([false, 1]);
    await clock.advance(1);
    expect(await turn).toBe(true);
    expect(timersMs).toEqual([3, 1]);
  });

  it('runs work when its turn comes', async () => {
    const { limiter, clock } = limiterOf(1, 1);
    const startedAt: number[] = [];
    const runs = [1, 2].map(() => limiter.execute(() => startedAt.push(clock.now())));
    await clock.advance(1000);
    expect(await Promise.all(runs)).toEqual([1, 2]);
    expect(startedAt).toEqual([0, 1000]);
  });

  it('does not start work for a caller who left in the instant of the turn', async () => {
    const manual = createManualClock();
    let lateMs = 0;
    const clock = { ...manual, now: () => manual.now() + lateMs };
    const limiter = new RateLimiter({ rate: 1, burst: 2, clock });
    limiter.tryAcquire(2);
    const stop = new AbortController();
    let isStarted = false;
    // A late timer serves both at once; the first to hear of it calls the second off.
    const first = limiter.acquire().then(() => stop.abort(new Error('gone')));
    const second = expect(limiter.execute(() => (isStarted = true), stop.signal)).rejects.toThrow('gone');
    lateMs = 2000;
    await manual.advance(1000);
    await Promise.all([first, second]);
    expect(isStarted).toBe(false);
  });

  it('takes another rate while it runs, for those in line too, keeping what was gathered', async () => {
    const { limiter, clock } = limiterOf(1, 4);
    limiter.tryAcquire(4);
    const servedAt: number[] = [];
    const turns = [3, 1].map((tokens) =>
      limiter.acquire(undefined, tokens).then(() => servedAt.push(clock.now())),
    );
    await clock.advance(1000);
    limiter.configure({ rate: 4 });
    expect(limiter.limit).toEqual({ rate: 4, perMs: 1000, burst: 4 });
    await clock.advance(1000);
    await Promise.all(turns);
    expect(servedAt).toEqual([1500, 1750]);
    // 0.25 s are 1 token; a wider bucket does not fill at once.
    limiter.configure({ rate: 1, perMs: 100, burst: 10 });
    expect([limiter.tryAcquire(2), limiter.tryAcquire(1)]).toEqual([false, true]);
  });

  it('refuses those who can no longer be served by a smaller burst, and serves the others', async () => {
    const { limiter, clock } = limiterOf(1, 4);
    limiter.tryAcquire(3);
    const large = limiter.acquire(undefined, 4);
    const small = limiter.acquire(undefined, 1);
    const largest = limiter.acquire(undefined, 2);
    const refused = expect(large).rejects.toThrow('tokens must be above 0 and at most 2, not 4');
    limiter.configure({ burst: 2 });
    await refused;
    await small;
    expect([clock.now(), limiter.waiting]).toEqual([0, 1]);
    await clock.advance(2000);
    await largest;
    expect(clock.timers).toBe(0);
  });

  it('closes: refuses the line and whoever comes later, and leaves no timer', async () => {
    const { limiter, clock } = limiterOf(1, 1);
    limiter.tryAcquire();
    const line = [limiter.acquire(), limiter.execute(() => 1)];
    expect(limiter.isClosed).toBe(false);
    limiter[Symbol.dispose]();
    limiter.close();
    for (const turn of [...line, limiter.acquire(), limiter.execute(() => 1)]) {
      await expect(turn).rejects.toThrow(RateLimiterClosedError);
    }
    await clock.advance(5000);
    expect([limiter.tryAcquire(), limiter.isClosed, limiter.waiting, clock.timers]).toEqual([
      false,
      true,
      0,
      0,
    ]);
  });

  it('runs by the machine clock when none is given', async () => {
    const limiter = new RateLimiter({ rate: 1000, burst: 1 });
    const startedAt = performance.now();
    for (let i = 0; i < 5; i++) await limiter.acquire();
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(3.9);
  });

  it('refuses what can never be', async () => {
    const { limiter } = limiterOf(1, 2);
    expect(() => limiter.tryAcquire(3)).toThrow(RangeError);
    await expect(limiter.acquire(undefined, 0)).rejects.toThrow(RangeError);
    expect(() => limiterOf(0, 1)).toThrow('rate must be above 0, not 0');
    expect(() => limiterOf(Infinity, 1)).toThrow(RangeError);
    expect(() => limiterOf(1, 0)).toThrow('burst must be at least 1, not 0');
    expect(() => limiterOf(1, Infinity)).toThrow(RangeError);
    expect(() => limiterOf(Number.NaN, 1)).toThrow(RangeError);
    expect(() => limiterOf(1, 1, 0)).toThrow('perMs must be above 0, not 0');
    expect(() => limiter.configure({ perMs: Infinity })).toThrow(RangeError);
    expect(limiter.limit.perMs).toBe(1000);
  });

  it('gives a steady taker exactly its rate, without drift', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.01, max: 1000, noNaN: true }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 5 }),
        async (rate, perMs, burst) => {
          const { limiter, clock } = limiterOf(rate, burst, perMs);
          const total = burst + 40;
          const takenAt: number[] = [];
          const taking = (async () => {
            while (takenAt.length < total) {
              await limiter.acquire();
              takenAt.push(clock.now());
            }
          })();
          await clock.advance((41 * perMs) / rate);
          await taking;
          for (const [index, atMs] of takenAt.entries()) {
            expect(atMs).toBeCloseTo((Math.max(0, index + 1 - burst) * perMs) / rate, 4);
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('has lost nothing to rounding after a hundred thousand tokens', () => {
    let nowMs = 0;
    const clock = { ...createManualClock(), now: () => nowMs };
    const limiter = new RateLimiter({ rate: 7, burst: 2, clock });
    let tokens = 0;
    // Looks every 0.1 s; takes what is there.
    for (let look = 0; look <= 150_000; look++) {
      nowMs = look * 100;
      while (limiter.tryAcquire()) tokens++;
    }
    expect(tokens).toBe(2 + 7 * 15_000);
  });

  it('never gives more than burst + rate × time in any span, whatever is asked when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(
          fc.record({
            waitMs: fc.integer({ min: 0, max: 3000 }),
            tokens: fc.integer({ min: 1, max: 10 }),
            how: fc.constantFrom('try', 'wait', 'abort'),
          }),
          { maxLength: 30, size: 'max' },
        ),
        async (rate, burst, asks) => {
          const { limiter, clock } = limiterOf(rate, burst);
          const taken: { at: number; tokens: number }[] = [];
          const order: number[] = [];
          for (const [index, ask] of asks.entries()) {
            const tokens = Math.min(ask.tokens, burst);
            const stop = new AbortController();
            if (ask.how === 'try') {
              if (limiter.tryAcquire(tokens)) taken.push({ at: clock.now(), tokens });
            } else {
              const took = (): void => {
                order.push(index);
                taken.push({ at: clock.now(), tokens });
              };
              void limiter.acquire(stop.signal, tokens).then(took, () => undefined);
            }
            if (ask.waitMs > 0) await clock.advance(ask.waitMs);
            if (ask.how === 'abort') stop.abort();
          }
          await clock.advance(4_000_000);
          expect(limiter.waiting).toBe(0);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
          for (const [from, first] of taken.entries()) {
            let sum = 0;
            for (const { at, tokens } of taken.slice(from)) {
              sum += tokens;
              expect(sum).toBeLessThanOrEqual(burst + (rate * (at - first.at)) / 1000 + 1e-6);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
