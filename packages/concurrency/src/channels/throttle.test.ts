import { describe, expect, it } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { Channel } from './channel.ts';
import { throttle, type ThrottleOptions } from './throttle.ts';

const value = <T>(item: T) => ({ done: false, value: item });
const done = { done: true, value: undefined };

function set(options: Partial<ThrottleOptions> = {}) {
  const clock = createManualClock();
  const input = new Channel<number>(0);
  const output = throttle(input, { intervalMs: 10, clock, ...options });
  return { clock, input, output };
}

describe('throttle', () => {
  it('gives the first at once, then the last of each interval at its end', async () => {
    const { clock, input, output } = set();
    input.trySend(1);
    expect(output.tryReceive()).toEqual(value(1));
    input.trySend(2);
    input.trySend(3);
    await clock.advance(9);
    expect(output.tryReceive()).toBeUndefined();
    await clock.advance(1);
    expect(output.tryReceive()).toEqual(value(3));
    input.trySend(4);
    expect(output.tryReceive()).toBeUndefined();
    await clock.advance(10);
    expect([output.tryReceive(), output.dropped]).toEqual([value(4), 1]);
  });

  it('is ready for a first one again after a quiet interval, with no timer left', async () => {
    const { clock, input, output } = set();
    input.trySend(1);
    expect([output.tryReceive(), clock.timers]).toEqual([value(1), 1]);
    await clock.advance(10);
    expect(clock.timers).toBe(0);
    input.trySend(2);
    expect([output.tryReceive(), output.dropped]).toEqual([value(2), 0]);
  });

  it('without trailing drops what comes during an interval, and counts it', async () => {
    const { clock, input, output } = set({ trailing: false });
    for (const n of [1, 2, 3]) input.trySend(n);
    expect(output.tryReceive()).toEqual(value(1));
    await clock.advance(10);
    expect([output.tryReceive(), output.dropped, clock.timers]).toEqual([undefined, 2, 0]);
    input.trySend(4);
    expect(output.tryReceive()).toEqual(value(4));
  });

  it('without leading gives only the last of each interval', async () => {
    const { clock, input, output } = set({ leading: false });
    input.trySend(1);
    expect([output.tryReceive(), clock.timers]).toEqual([undefined, 1]);
    input.trySend(2);
    await clock.advance(10);
    expect([output.tryReceive(), output.dropped]).toEqual([value(2), 1]);
    await clock.advance(10);
    expect([output.tryReceive(), clock.timers]).toEqual([undefined, 0]);
    input.trySend(3);
    await clock.advance(10);
    expect([output.tryReceive(), output.dropped]).toEqual([value(3), 1]);
  });

  it('keeps the newest for a slow reader and never holds senders back', async () => {
    const { clock, input, output } = set();
    for (const n of [1, 2, 3]) {
      expect(input.trySend(n)).toBe(true);
      await clock.advance(10);
    }
    expect([output.dropped, output.size, output.tryReceive()]).toEqual([2, 1, value(3)]);
  });

  it('flushes what waits for the end of the interval when the input ends, and leaves no timer', async () => {
    const { clock, input, output } = set();
    input.trySend(1);
    expect(output.tryReceive()).toEqual(value(1));
    input.trySend(2);
    input.close();
    expect([clock.timers, output.isClosed, output.dropped]).toEqual([0, true, 0]);
    expect([await output.receive(), await output.receive()]).toEqual([value(2), done]);
  });

  it('ends with nothing to flush', async () => {
    const { input, output } = set();
    input.close();
    expect([await output.receive(), output.dropped]).toEqual([done, 0]);
  });

  it('drops it if told to, and counts it', async () => {
    const { clock, input, output } = set({ onClose: 'drop' });
    input.trySend(1);
    input.trySend(2);
    input.close();
    expect([output.tryReceive(), output.tryReceive(), output.dropped, clock.timers]).toEqual([
      value(1),
      done,
      1,
      0,
    ]);
    const idle = set({ onClose: 'drop' });
    idle.input.close();
    expect([await idle.output.receive(), idle.output.dropped]).toEqual([done, 0]);
  });

  it('cancels its input and its timer when its reader leaves', async () => {
    const { clock, input, output } = set();
    input.trySend(1);
    input.trySend(2);
    for await (const item of output) {
      expect(item).toBe(1);
      break;
    }
    expect([input.isClosed, input.waitingReceivers, output.isClosed, clock.timers]).toEqual([
      true,
      0,
      true,
      0,
    ]);
    expect([await output.receive(), output.dropped]).toEqual([done, 0]);
    const idle = set();
    idle.output.cancel();
    expect([idle.input.isClosed, idle.output.tryReceive()]).toEqual([true, done]);
  });

  it('refuses what cannot be', () => {
    expect(() => set({ intervalMs: -1 })).toThrow(new RangeError('intervalMs must be from 0, not -1'));
    expect(() => set({ intervalMs: Number.NaN })).toThrow(RangeError);
    expect(() => set({ leading: false, trailing: false })).toThrow(
      new RangeError('leading, trailing or both'),
    );
    expect(set({ intervalMs: 0 }).output.isClosed).toBe(false);
  });
});
