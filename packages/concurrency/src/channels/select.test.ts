import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { Broadcast } from './broadcast.ts';
import { Channel } from './channel.ts';
import { merge } from './merge.ts';
import { joinReceivers, joinSenders } from './ports.ts';
import { select, trySelect } from './select.ts';
import { sendTo } from './send-case.ts';

const holding = <T>(...values: T[]): Channel<T> => {
  const channel = new Channel<T>(Math.max(1, values.length));
  for (const value of values) channel.trySend(value);
  return channel;
};
const lines = (...channels: Channel<never>[] | Channel<number>[]): number[] =>
  channels.map(({ waitingSenders, waitingReceivers }) => waitingSenders + waitingReceivers);

describe('select', () => {
  it('makes one ready case happen and leaves the others as they are', async () => {
    const [first, second] = [holding(1), holding(2)];
    expect(await select({ first, second }, { choice: 'listed' })).toEqual({
      name: 'first',
      done: false,
      value: 1,
    });
    expect([first.size, second.size]).toEqual([0, 1]);
  });

  it('sends when there is room', async () => {
    const [empty, full] = [new Channel<number>(1), holding(9)];
    const chosen = await select({ full: sendTo(full, 1), empty: sendTo(empty, 2) }, { choice: 'listed' });
    expect(chosen).toEqual({ name: 'empty', done: false, value: undefined });
    expect([empty.tryReceive()?.value, full.size]).toEqual([2, 1]);
  });

  it('waits in every line and has left the others when one is served', async () => {
    const [a, b, full] = [new Channel<number>(0), new Channel<number>(1), holding(9)];
    const chosen = select({ a, b, full: sendTo(full, 3) });
    expect(lines(a, b, full)).toEqual([1, 1, 1]);
    expect(b.trySend(7)).toBe(true);
    expect(lines(a, b, full)).toEqual([0, 0, 0]);
    expect(await chosen).toEqual({ name: 'b', done: false, value: 7 });
    expect([a.trySend(1), full.size, b.size]).toEqual([false, 1, 0]);
  });

  it('sends what it waited with, once a place is free', async () => {
    const [a, full] = [new Channel<number>(0), holding(9)];
    const chosen = select({ a, full: sendTo(full, 3) });
    expect(full.tryReceive()?.value).toBe(9);
    expect(lines(a, full)).toEqual([0, 0]);
    expect(await chosen).toEqual({ name: 'full', done: false, value: undefined });
    expect(full.tryReceive()?.value).toBe(3);
  });

  it('takes the end of a channel for ready, before and while it waits', async () => {
    const [closed, a] = [new Channel<number>(1), new Channel<number>(1)];
    closed.close();
    expect(await select({ a, closed })).toEqual({ name: 'closed', done: true, value: undefined });
    const chosen = select({ a });
    a.close();
    expect(await chosen).toEqual({ name: 'a', done: true, value: undefined });
  });

  it('rejects when a channel to send to is closed, before or while it waits, and nothing has happened', async () => {
    const [ready, full] = [holding(1), holding(9)];
    const closed = new Channel<number>(1);
    closed.close();
    await expect(select({ ready, closed: sendTo(closed, 2) })).rejects.toMatchObject({
      code: 'channel_closed',
    });
    expect(ready.size).toBe(1);
    expect(() => trySelect({ ready, closed: sendTo(closed, 2) })).toThrow(
      expect.objectContaining({ code: 'channel_closed' }),
    );
    const a = new Channel<number>(0);
    const chosen = select({ a, full: sendTo(full, 3) });
    full.close();
    await expect(chosen).rejects.toMatchObject({ code: 'channel_closed' });
    expect(lines(a, full)).toEqual([0, 0]);
  });

  it('leaves every line at once when aborted, taking and sending nothing', async () => {
    const [a, full] = [new Channel<number>(1), holding(9)];
    const stop = new AbortController();
    const chosen = select({ a, full: sendTo(full, 3) }, { signal: stop.signal });
    expect(lines(a, full)).toEqual([1, 1]);
    stop.abort(new Error('gave up'));
    expect(lines(a, full)).toEqual([0, 0]);
    await expect(chosen).rejects.toThrow('gave up');
    a.trySend(1);
    await expect(select({ a }, { signal: stop.signal })).rejects.toThrow('gave up');
    expect([a.size, full.tryReceive()?.value, full.size]).toEqual([1, 9, 0]);
  });

  it('does not begin to wait when the asking for chance has aborted it', async () => {
    const stop = new AbortController();
    const empty = new Channel<number>(1);
    const random = (): number => {
      stop.abort(new Error('gave up'));
      return 0;
    };
    await expect(select({ empty }, { signal: stop.signal, random })).rejects.toThrow('gave up');
    expect(empty.waitingReceivers).toBe(0);
  });

  it('keeps what it was handed when the abort comes later', async () => {
    const a = new Channel<number>(1);
    const stop = new AbortController();
    const chosen = select({ a }, { signal: stop.signal });
    a.trySend(5);
    stop.abort();
    expect(await chosen).toEqual({ name: 'a', done: false, value: 5 });
  });

  it('never serves itself, but serves another select that waits on both sides of the same channel', async () => {
    const channel = new Channel<string>(0);
    const first = select({ got: channel, sent: sendTo(channel, 'of the first') });
    await tick();
    expect([channel.waitingReceivers, channel.waitingSenders]).toEqual([1, 1]);
    const second = await select(
      { got: channel, sent: sendTo(channel, 'of the second') },
      { choice: 'listed' },
    );
    expect(second).toEqual({ name: 'got', done: false, value: 'of the first' });
    expect((await first).name).toBe('sent');
    expect([channel.waitingReceivers, channel.waitingSenders]).toEqual([0, 0]);
  });

  it('needs a case', async () => {
    await expect(select({})).rejects.toThrow(new RangeError('select needs a case to wait for'));
  });

  it('picks among the ready ones as the injected chance says, asking once for each case it draws', async () => {
    const draw = async (...chances: number[]): Promise<string> => {
      const asked: number[] = [];
      const random = (): number => {
        asked.push(asked.length);
        return chances[asked.length - 1] ?? Number.NaN;
      };
      const cases = { a: holding(1), empty: new Channel<number>(1), c: holding(3) };
      const { name } = await select(cases, { random });
      expect(asked).toHaveLength(chances.length);
      return name;
    };
    expect(await draw(0)).toBe('a');
    expect(await draw(0.99)).toBe('c');
    // The empty one is drawn first; `a` has taken its place and is drawn next, or `c`.
    expect(await draw(0.5, 0)).toBe('a');
    expect(await draw(0.5, 0.5)).toBe('c');
  });

  it('gives ready cases about the same share by default', async () => {
    const counts = { a: 0, b: 0, c: 0 };
    for (let n = 0; n < 3000; n++)
      counts[(await select({ a: holding(n), b: holding(n), c: holding(n) })).name]++;
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(800);
  });

  it('waits at whatever can be read or written', async () => {
    const [a, b, c] = [new Channel<number>(1), new Channel<number>(1), new Channel<number>(1)];
    const merged = merge([a, b]);
    const chosen = select({ merged, c });
    expect(lines(a, b, c)).toEqual([1, 1, 1]);
    b.trySend(4);
    expect(lines(a, b, c)).toEqual([0, 0, 0]);
    expect(await chosen).toEqual({ name: 'merged', done: false, value: 4 });
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe({ capacity: 1, overflow: 'drop-newest' });
    expect((await select({ told: sendTo(broadcast, 5) })).name).toBe('told');
    expect((await select({ subscription })).value).toBe(5);
  });
});

describe('trySelect', () => {
  it('answers undefined when nothing is ready, and stands in no line', () => {
    const [a, full] = [new Channel<number>(1), holding(9)];
    expect(trySelect({ a, full: sendTo(full, 1) })).toBeUndefined();
    expect([...lines(a, full), full.size]).toEqual([0, 0, 1]);
    expect(trySelect({})).toBeUndefined();
  });

  it('makes one ready case happen', () => {
    const [a, b] = [holding(1), holding(2)];
    expect(trySelect({ a, b }, { choice: 'listed' })).toEqual({ name: 'a', done: false, value: 1 });
    expect(trySelect({ a, b }, { random: () => 0 })).toEqual({ name: 'b', done: false, value: 2 });
  });
});

describe('a line joined by hand', () => {
  it('can be left twice, and after one was served', () => {
    const channel = new Channel<number>(0);
    const results: unknown[] = [];
    const leave = channel[joinReceivers]((result) => results.push(result));
    channel.trySend(1);
    leave();
    const leaveAgain = channel[joinReceivers]((result) => results.push(result));
    leaveAgain();
    leaveAgain();
    expect([channel.trySend(2), channel.waitingReceivers]).toEqual([false, 0]);
    const leaveSending = channel[joinSenders](
      3,
      () => results.push('accepted'),
      () => results.push('refused'),
    );
    expect(channel.tryReceive()).toEqual({ done: false, value: 3 });
    leaveSending();
    expect(results).toEqual([{ done: false, value: 1 }, 'accepted']);
  });
});
