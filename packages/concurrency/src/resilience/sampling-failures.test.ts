import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';
import { SamplingFailures, type SamplingFailuresOptions } from './sampling-failures.ts';
import { createManualClock } from '../time/manual-clock.ts';

function samplingOf(options: Partial<SamplingFailuresOptions> = {}) {
  let nowMs = 0;
  const clock = { ...createManualClock(), now: () => nowMs };
  const strategy = new SamplingFailures({ ratio01: 0.5, windowMs: 1000, minimumCalls: 4, ...options });
  return {
    moveTo: (ms: number) => void (nowMs = ms),
    succeed: (times = 1) => {
      for (let i = 0; i < times; i++) strategy.succeeded(clock);
    },
    fail: (times = 1) => Array.from({ length: times }, () => strategy.failed(clock)),
    strategy,
  };
}

describe('SamplingFailures', () => {
  it('opens at the given share of failures, not below', () => {
    const { succeed, fail } = samplingOf({ ratio01: 0.55, minimumCalls: 1 });
    succeed(45);
    expect(fail(55)).toEqual([...Array.from({ length: 54 }, () => false), true]);
  });

  it('decides nothing by fewer calls than its minimum', () => {
    const { fail } = samplingOf({ minimumCalls: 4 });
    expect(fail(4)).toEqual([false, false, false, true]);
    expect(samplingOf({ minimumCalls: 10 }).fail(10).indexOf(true)).toBe(9);
  });

  it('asks for ten calls unless told otherwise', () => {
    const strategy = new SamplingFailures({ ratio01: 0.1, windowMs: 1000 });
    const clock = createManualClock();
    expect(Array.from({ length: 10 }, () => strategy.failed(clock)).indexOf(true)).toBe(9);
  });

  it('forgets what has left the window, a tenth at a time', () => {
    const { moveTo, succeed, fail } = samplingOf();
    moveTo(50_050);
    succeed(4);
    moveTo(50_150);
    fail(3);
    moveTo(50_999);
    // 4 failures of 8: the window still holds all.
    expect(fail()).toEqual([true]);
    moveTo(51_000);
    // The successes have left; 5 failures of 5.
    expect(fail()).toEqual([true]);
    moveTo(51_100);
    succeed(2);
    // Three failures of the second slice have left too: 3 of 5.
    expect(fail()).toEqual([true]);
    moveTo(60_000);
    expect(fail(4)).toEqual([false, false, false, true]);
  });

  it('forgets everything on reset', () => {
    const { fail, strategy } = samplingOf();
    fail(10);
    strategy.reset();
    expect(fail(4)).toEqual([false, false, false, true]);
  });

  it('agrees with a list of all calls', () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 400 }), isFailed: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200, size: 'max' }),
        fc.constantFrom(0.25, 0.5, 1),
        (steps, ratio01) => {
          const { moveTo, succeed, fail } = samplingOf({ ratio01, minimumCalls: 3 });
          const seen: { slice: number; isFailed: boolean }[] = [];
          let nowMs = 0;
          for (const { afterMs, isFailed } of steps) {
            nowMs += afterMs;
            moveTo(nowMs);
            const slice = Math.floor(nowMs / 100);
            seen.push({ slice, isFailed });
            if (!isFailed) {
              succeed();
              continue;
            }
            const window = seen.filter((call) => call.slice > slice - 10);
            const failures = window.filter((call) => call.isFailed).length;
            expect(fail()).toEqual([window.length >= 3 && failures / window.length >= ratio01]);
          }
        },
      ),
    );
  });

  it('opens a breaker whose service fails every second call', async () => {
    const strategy = new SamplingFailures({ ratio01: 0.5, windowMs: 1000 });
    const breaker = new CircuitBreaker({ strategy, resetAfterMs: 1000, clock: createManualClock() });
    let calls = 0;
    for (; breaker.state === 'closed' && calls < 100; calls++) {
      const isFailing = calls % 2 === 1;
      const call = breaker.execute(() => (isFailing ? Promise.reject(new Error('no')) : 'yes'));
      if (isFailing) await expect(call).rejects.toThrow('no');
      else expect(await call).toBe('yes');
    }
    expect([calls, breaker.state]).toEqual([10, 'open']);
  });

  it('refuses settings out of their range', () => {
    expect(() => samplingOf({ ratio01: 0 })).toThrow('ratio01 must be above 0 and at most 1, not 0');
    expect(() => samplingOf({ ratio01: 1.1 })).toThrow(RangeError);
    expect(() => samplingOf({ windowMs: 0 })).toThrow('windowMs must be above 0, not 0');
    expect(() => samplingOf({ windowMs: Infinity })).toThrow(RangeError);
    expect(() => samplingOf({ minimumCalls: 0 })).toThrow(RangeError);
    expect(() => samplingOf({ minimumCalls: 1.5 })).toThrow(RangeError);
  });
});
