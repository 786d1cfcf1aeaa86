import { describe, expect, it } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { TimeoutError } from './timeout-error.ts';
import { timeout, TimeoutPolicy } from './timeout.ts';

const forever = (): Promise<never> => new Promise(() => undefined);

describe('timeout', () => {
  it('hands over what the work gives in time, leaving no timer', async () => {
    const clock = createManualClock();
    const result = timeout(() => clock.sleep(99).then(() => 'done'), 100, { clock });
    await clock.advance(99);
    expect(await result).toBe('done');
    expect(clock.timers).toBe(0);
    await expect(timeout(() => Promise.reject(new Error('no')), 100, { clock })).rejects.toThrow('no');
    expect(clock.timers).toBe(0);
  });

  it('rejects when the time is over, having told the work to stop, even if the work does not heed it', async () => {
    const clock = createManualClock();
    let signal: AbortSignal | undefined;
    const late = timeout((given) => ((signal = given), forever()), 100, { clock });
    const rejected = expect(late).rejects.toMatchObject({
      name: 'TimeoutError',
      code: 'timeout',
      timeoutMs: 100,
    });
    await clock.advance(99);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);
    await rejected;
    expect(signal?.reason).toBeInstanceOf(TimeoutError);
    expect(clock.timers).toBe(0);
  });

  it('tells nobody how work ends that was given up', async () => {
    const clock = createManualClock();
    const heeding = timeout(
      (signal) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(new Error('stopped'))),
        ),
      100,
      { clock },
    );
    const rejected = expect(heeding).rejects.toThrow('not done within 100 ms');
    await clock.advance(100);
    await rejected;
  });

  it('passes the abort of the caller on, at once and with its reason', async () => {
    const clock = createManualClock();
    const stop = new AbortController();
    let signal: AbortSignal | undefined;
    const running = timeout((given) => ((signal = given), forever()), 100, { clock, signal: stop.signal });
    stop.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
    expect([signal?.reason, clock.timers]).toEqual([stop.signal.reason, 0]);
  });

  it('does not tell work that has ended of a later abort', async () => {
    const stop = new AbortController();
    let signal: AbortSignal | undefined;
    expect(await timeout((given) => ((signal = given), 1), 100, { signal: stop.signal })).toBe(1);
    stop.abort();
    expect(signal?.aborted).toBe(false);
  });

  it('gives work for ever when told so', async () => {
    const clock = createManualClock();
    const work = Promise.withResolvers<string>();
    const running = timeout(() => work.promise, Infinity, { clock });
    await clock.advance(1e12);
    work.resolve('done at last');
    expect([await running, clock.timers]).toEqual(['done at last', 0]);
  });

  it('refuses times that are none', async () => {
    let isStarted = false;
    for (const timeoutMs of [0, -1, Number.NaN]) {
      await expect(timeout(() => (isStarted = true), timeoutMs)).rejects.toThrow(RangeError);
    }
    expect(isStarted).toBe(false);
    expect(() => new TimeoutPolicy(0)).toThrow(RangeError);
  });
});
