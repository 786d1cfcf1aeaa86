import { describe, expect, it } from 'vitest';
import { createManualClock } from '../time/manual-clock.ts';
import { Channel } from './channel.ts';
import { debounce, type DebounceOptions } from './debounce.ts';
import { select } from './select.ts';

const value = <T>(item: T) => ({ done: false, value: item });
const done = { done: true, value: undefined };

function set(options: Partial<DebounceOptions> = {}) {
  const clock = createManualClock();
  const input = new Channel<number>(0);
  const output = debounce(input, { quietMs: 10, clock, ...options });
  return { clock, input, output };
}

describe('debounce', () => {
  it('gives the last value of a burst once it has been quiet for long enough', async () => {
    const { clock, input, output } = set();
    await input.send(1);
    await clock.advance(9);
    await input.send(2);
    await clock.advance(9);
    expect([output.size, output.tryReceive()]).toEqual([0, undefined]);
    await clock.advance(1);
    expect([output.size, output.tryReceive()]).toEqual([1, value(2)]);
    expect([output.dropped, clock.timers]).toEqual([1, 0]);
  });

  it('runs one timer however many values come, and none between bursts', async () => {
    const { clock, input, output } = set();
    expect(clock.timers).toBe(0);
    for (let n = 1; n <= 100; n++) input.trySend(n);
    expect(clock.timers).toBe(1);
    await clock.advance(10);
    expect([clock.timers, output.tryReceive()]).toEqual([0, value(100)]);
    input.trySend(101);
    await clock.advance(10);
    expect([output.tryReceive(), output.dropped]).toEqual([value(101), 99]);
  });

  it('takes what its input already holds', async () => {
    const clock = createManualClock();
    const input = new Channel<number>(3);
    for (const n of [1, 2, 3]) input.trySend(n);
    const output = debounce(input, { quietMs: 10, clock });
    expect([input.size, input.waitingReceivers]).toEqual([0, 1]);
    await clock.advance(10);
    expect(output.tryReceive()).toEqual(value(3));
  });

  it('hands the value to a reader that waits', async () => {
    const { clock, input, output } = set();
    const receiving = output.receive();
    input.trySend(1);
    await clock.advance(10);
    expect(await receiving).toEqual(value(1));
  });

  it('keeps the newest for a slow reader and never holds senders back', async () => {
    const { clock, input, output } = set();
    for (const n of [1, 2, 3]) {
      expect(input.trySend(n)).toBe(true);
      await clock.advance(10);
    }
    expect([output.dropped, output.tryReceive(), output.tryReceive()]).toEqual([2, value(3), undefined]);
  });

  it('holds nothing back for longer than told', async () => {
    const { clock, input, output } = set({ maxWaitMs: 25 });
    for (let n = 0; n < 5; n++) {
      input.trySend(n);
      await clock.advance(5);
    }
    expect([clock.now(), output.tryReceive()]).toEqual([25, value(4)]);
    input.trySend(5);
    await clock.advance(9);
    expect(output.tryReceive()).toBeUndefined();
    await clock.advance(1);
    expect(output.tryReceive()).toEqual(value(5));
    const short = set({ quietMs: 10, maxWaitMs: 4 });
    short.input.trySend(1);
    await short.clock.advance(4);
    expect(short.output.tryReceive()).toEqual(value(1));
  });

  it('flushes what it holds when the input ends, and leaves no timer', async () => {
    const { clock, input, output } = set();
    input.trySend(1);
    input.close();
    expect([clock.timers, output.isClosed]).toEqual([0, true]);
    expect(await output.receive()).toEqual(value(1));
    expect([await output.receive(), output.dropped]).toEqual([done, 0]);
  });

  it('drops what it holds when the input ends, if told to, and counts it', async () => {
    const { clock, input, output } = set({ onClose: 'drop' });
    input.trySend(1);
    input.close();
    expect([await output.receive(), output.dropped, clock.timers]).toEqual([done, 1, 0]);
    const idle = set({ onClose: 'drop' });
    idle.input.close();
    expect([await idle.output.receive(), idle.output.dropped]).toEqual([done, 0]);
  });

  it('ends with nothing to flush, also of an input that has already ended', async () => {
    const { input, output } = set();
    const receiving = output.receive();
    input.close();
    expect(await receiving).toEqual(done);
    const again = debounce(input, { quietMs: 10 });
    expect(await again.receive()).toEqual(done);
    again.cancel();
    expect(again.isClosed).toBe(true);
  });

  it('cancels its input and its timer when its reader leaves', async () => {
    const { clock, input, output } = set();
    input.trySend(1);
    await clock.advance(10);
    input.trySend(2);
    for await (const item of output) {
      expect(item).toBe(1);
      break;
    }
    expect([input.isClosed, output.isClosed, output.size, clock.timers]).toEqual([true, true, 0, 0]);
    expect([await output.receive(), output.dropped]).toEqual([done, 0]);
  });

  it('is cancelled by await using, with a value ready and one held back', async () => {
    const { clock, input, output } = set();
    {
      await using closing = output;
      input.trySend(1);
      await clock.advance(10);
      input.trySend(2);
      expect(closing.size).toBe(1);
    }
    expect([input.isClosed, input.waitingReceivers, output.size, clock.timers]).toEqual([true, 0, 0, 0]);
  });

  it('is read by select', async () => {
    const { clock, input, output } = set();
    const chosen = select({ output });
    input.trySend(1);
    await clock.advance(10);
    expect(await chosen).toEqual({ name: 'output', ...value(1) });
  });

  it('keeps the value when a reader that waited has aborted', async () => {
    const { clock, input, output } = set();
    const stop = new AbortController();
    const aborted = output.receive(stop.signal);
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    input.trySend(1);
    await clock.advance(10);
    expect(output.tryReceive()).toEqual(value(1));
  });

  it('refuses times that are none', () => {
    expect(() => set({ quietMs: -1 })).toThrow(new RangeError('quietMs must be from 0, not -1'));
    expect(() => set({ quietMs: Number.NaN })).toThrow(RangeError);
    expect(() => set({ maxWaitMs: -1 })).toThrow(new RangeError('maxWaitMs must be from 0, not -1'));
    expect(set({ quietMs: 0, maxWaitMs: 0 }).output.isClosed).toBe(false);
  });

  it('with a quiet time of 0 gives each value in its own turn of the clock', async () => {
    const { clock, input, output } = set({ quietMs: 0 });
    input.trySend(1);
    input.trySend(2);
    expect(output.size).toBe(0);
    await clock.advance(0);
    expect(output.tryReceive()).toEqual(value(2));
  });
});
