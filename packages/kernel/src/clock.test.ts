import { describe, expect, it } from 'vitest';
import { monotonicClock, settleWithin } from './clock.ts';
import { createManualClock } from './manual-clock.ts';

describe('monotonicClock', () => {
  it('sleeps at least as long as asked', async () => {
    const startedAt = monotonicClock.now();
    await monotonicClock.sleep(5, new AbortController().signal);
    expect(monotonicClock.now() - startedAt).toBeGreaterThanOrEqual(4);
  });

  it('stops sleeping at once when aborted, and never starts when already aborted', async () => {
    const stop = new AbortController();
    const sleeping = monotonicClock.sleep(60_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(monotonicClock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
  });
});

describe('settleWithin', () => {
  it('tells values, failures and lateness apart, and leaves no timer', async () => {
    const clock = createManualClock();
    expect(await settleWithin(Promise.resolve(7), 10, clock)).toEqual({ outcome: 'fulfilled', value: 7 });
    expect(await settleWithin(Promise.reject(new Error('x')), 10, clock)).toMatchObject({
      outcome: 'rejected',
    });
    const late = settleWithin(new Promise<never>(() => undefined), 10, clock);
    await clock.advance(10);
    expect(await late).toEqual({ outcome: 'late' });
    expect(clock.sleepers).toBe(0);
  });
});
