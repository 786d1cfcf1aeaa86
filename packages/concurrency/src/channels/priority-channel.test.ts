import { describe, expect, it } from 'vitest';
import { observe } from '../inspect/observe.ts';
import { createManualClock } from '../time/manual-clock.ts';
import { joinReceivers, joinSenders } from './ports.ts';
import { PriorityChannel, type PriorityChannelOptions } from './priority-channel.ts';
import { select } from './select.ts';
import { sendTo } from './send-case.ts';

const value = <T>(item: T) => ({ done: false, value: item });
const done = { done: true, value: undefined };
const drain = <T>(channel: PriorityChannel<T>): T[] => {
  const values: T[] = [];
  for (let next = channel.tryReceive(); next?.done === false; next = channel.tryReceive())
    values.push(next.value);
  return values;
};

describe('PriorityChannel', () => {
  it('gives the highest priority first, and within a priority the one sent first', async () => {
    const channel = new PriorityChannel<string>(10);
    await channel.send('low', 1);
    await channel.send('high', 10);
    await channel.send('low too', 1);
    await channel.send('high too', 10);
    await channel.send('negative', -5);
    expect(channel.size).toBe(5);
    expect(drain(channel)).toEqual(['high', 'high too', 'low', 'low too', 'negative']);
  });

  it('lets a sender that waits with a higher priority pass what is held', async () => {
    const channel = new PriorityChannel<string>(1);
    expect(channel.trySend('held', 1)).toBe(true);
    expect(channel.trySend('no room', 9)).toBe(false);
    const waiting = [channel.send('lowest', 0), channel.send('urgent', 9), channel.send('lower', 0)];
    expect(channel.waitingSenders).toBe(3);
    expect(channel.tryReceive()).toEqual(value('urgent'));
    expect([channel.size, channel.waitingSenders]).toEqual([1, 2]);
    expect(drain(channel)).toEqual(['held', 'lowest', 'lower']);
    await Promise.all(waiting);
  });

  it('of capacity 0 takes the best of the senders that wait', async () => {
    const channel = new PriorityChannel<string>(0);
    const sending = [channel.send('b', 1), channel.send('a', 2)];
    expect(await channel.receive()).toEqual(value('a'));
    expect(await channel.receive()).toEqual(value('b'));
    await Promise.all(sending);
    const receiving = channel.receive();
    expect(channel.waitingReceivers).toBe(1);
    expect(channel.trySend('direct', 0)).toBe(true);
    expect(await receiving).toEqual(value('direct'));
  });

  it('starves nobody when values age: what is sent late enough does not overtake', () => {
    const clock = createManualClock();
    const channel = new PriorityChannel<string>(10, { ageingMs: 100, clock });
    channel.trySend('low', 1);
    return clock.advance(200).then(async () => {
      channel.trySend('high, in time', 4);
      await clock.advance(99);
      channel.trySend('high, just in time', 4);
      await clock.advance(1);
      channel.trySend('high, as old', 4);
      await clock.advance(1);
      channel.trySend('high, too late', 4);
      expect(drain(channel)).toEqual([
        'high, in time',
        'high, just in time',
        'low',
        'high, as old',
        'high, too late',
      ]);
    });
  });

  it('serves the lowest within the time ageing promises though higher ones keep coming', async () => {
    const clock = createManualClock();
    const channel = new PriorityChannel<string>(2, { ageingMs: 10, clock });
    channel.trySend('low', 0);
    let rounds = 0;
    for (;;) {
      channel.trySend('high', 5);
      rounds++;
      if ((await channel.receive()).value === 'low') break;
      await clock.advance(1);
    }
    expect([rounds, clock.now()]).toEqual([51, 50]);
  });

  it('without ageing serves the lowest last, however old', async () => {
    const clock = createManualClock();
    const channel = new PriorityChannel<string>(2, { clock });
    channel.trySend('low', 0);
    await clock.advance(1e9);
    channel.trySend('high', 1);
    expect(drain(channel)).toEqual(['high', 'low']);
  });

  it('loses nothing to aborts, which leave at once', async () => {
    const channel = new PriorityChannel<number>(1);
    const stop = new AbortController();
    const receiving = channel.receive(stop.signal);
    channel.trySend(1, 0);
    channel.trySend(2, 0);
    const sending = channel.send(3, 9, stop.signal);
    stop.abort(new Error('gave up'));
    expect(channel.waitingSenders).toBe(0);
    await expect(sending).rejects.toThrow('gave up');
    expect(await receiving).toEqual(value(1));
    await expect(channel.receive(stop.signal)).rejects.toThrow('gave up');
    await expect(channel.send(4, 0, stop.signal)).rejects.toThrow('gave up');
    expect(drain(channel)).toEqual([2]);
    const again = new AbortController();
    const waiting = channel.receive(again.signal);
    again.abort(new Error('gave up again'));
    expect(channel.waitingReceivers).toBe(0);
    await expect(waiting).rejects.toThrow('gave up again');
  });

  it('keeps what a sender handed over when its abort comes later', async () => {
    const channel = new PriorityChannel<number>(1);
    channel.trySend(1, 0);
    const stop = new AbortController();
    const sending = channel.send(2, 0, stop.signal);
    const other = channel.send(3, 0);
    expect(channel.tryReceive()).toEqual(value(1));
    stop.abort();
    await sending;
    expect(channel.waitingSenders).toBe(1);
    expect(drain(channel)).toEqual([2, 3]);
    await other;
  });

  it('closed, is drained, refuses senders and ends receivers', async () => {
    const channel = new PriorityChannel<number>(1);
    channel.trySend(1, 0);
    const waiting = channel.send(2, 9);
    channel.close();
    channel.close();
    await expect(waiting).rejects.toMatchObject({ code: 'channel_closed' });
    await expect(channel.send(3, 0)).rejects.toMatchObject({ code: 'channel_closed' });
    expect([channel.trySend(3, 0), channel.isClosed, channel.size]).toEqual([false, true, 1]);
    expect([await channel.receive(), await channel.receive()]).toEqual([value(1), done]);
    const empty = new PriorityChannel<number>(1);
    const receivers = [empty.receive(), empty.receive()];
    empty.close();
    expect(await Promise.all(receivers)).toEqual([done, done]);
  });

  it('is read by a loop, which leaves it open, and closed by await using', async () => {
    const outer = new PriorityChannel<number>(3);
    {
      await using channel = outer;
      for (const n of [1, 2, 3]) channel.trySend(n, n);
      for await (const item of channel) {
        expect(item).toBe(3);
        break;
      }
      expect([channel.isClosed, channel.size]).toEqual([false, 2]);
    }
    const rest: number[] = [];
    for await (const item of outer) rest.push(item);
    expect([rest, outer.isClosed]).toEqual([[2, 1], true]);
  });

  it('cancelled, forgets what it holds', async () => {
    const channel = new PriorityChannel<number>(1);
    channel.trySend(1, 0);
    const waiting = channel.send(2, 0);
    channel.cancel();
    await expect(waiting).rejects.toMatchObject({ code: 'channel_closed' });
    expect([channel.size, channel.tryReceive(), channel.waitingSenders, channel.dropped]).toEqual([
      0,
      done,
      0,
      0,
    ]);
  });

  it('refuses a capacity, an age and a priority that are none', async () => {
    const make = (capacity: number, options?: PriorityChannelOptions) => () =>
      new PriorityChannel(capacity, options);
    expect(make(-1)).toThrow(new RangeError('capacity must be a whole number from 0, not -1'));
    expect(make(1.5)).toThrow(RangeError);
    expect(make(1, { ageingMs: 0 })).toThrow(new RangeError('ageingMs must be above 0, not 0'));
    expect(make(1, { ageingMs: Number.NaN })).toThrow(RangeError);
    const channel = new PriorityChannel<number>(1);
    await expect(channel.send(1, Number.NaN)).rejects.toThrow(
      new RangeError('the priority must be a number'),
    );
    expect(() => channel.trySend(1, Number.NaN)).toThrow(RangeError);
    expect(() => channel.at(Number.NaN)).toThrow(RangeError);
    expect(channel.size).toBe(0);
  });
});

describe('the writing end of one priority', () => {
  it('sends with it, and closes the channel', async () => {
    const channel = new PriorityChannel<string>(2);
    const [low, high] = [channel.at(1), channel.at(2)];
    await low.send('low');
    expect([high.trySend('high'), high.trySend('no room'), low.isClosed]).toEqual([true, false, false]);
    expect(drain(channel)).toEqual(['high', 'low']);
    const stop = new AbortController();
    stop.abort(new Error('gave up'));
    await expect(low.send('late', stop.signal)).rejects.toThrow('gave up');
    high.close();
    expect([channel.isClosed, low.isClosed]).toEqual([true, true]);
  });

  it('waits in select with its priority, and leaves the line', async () => {
    const channel = new PriorityChannel<string>(1);
    channel.trySend('held', 5);
    const other = channel.send('other', 0);
    const chosen = select({ low: sendTo(channel.at(1), 'low'), high: sendTo(channel.at(9), 'high') });
    expect(channel.waitingSenders).toBe(3);
    expect(channel.tryReceive()).toEqual(value('high'));
    expect(channel.waitingSenders).toBe(1);
    expect((await chosen).name).toBe('high');
    expect(drain(channel)).toEqual(['held', 'other']);
    await other;
    const receiving = select({ channel });
    channel.trySend('next', 0);
    expect(await receiving).toEqual({ name: 'channel', done: false, value: 'next' });
  });
});

describe('a line of a priority channel joined by hand', () => {
  it('can be left twice, which takes nobody else out', async () => {
    const channel = new PriorityChannel<string>(0);
    const others = [channel.send('a', 0), channel.send('b', 0)];
    const ends: unknown[] = [];
    const note = (end: unknown): number => ends.push(end);
    const leave = channel[joinSenders]('mine', 9, () => note('accepted'), note);
    leave();
    leave();
    expect([channel.waitingSenders, drain(channel), ends]).toEqual([2, ['a', 'b'], []]);
    await Promise.all(others);
    const leaveReceiving = channel[joinReceivers](note);
    leaveReceiving();
    expect([channel.waitingReceivers, channel.trySend('nobody', 0), ends]).toEqual([0, false, []]);
  });
});

describe('an observed priority channel', () => {
  it('tells of what is sent and received, who waits and who leaves', async () => {
    const channel = new PriorityChannel<number>(1);
    const events: string[] = [];
    const names = new Map<object, number>();
    channel[observe]({
      sent: () => events.push('sent'),
      received: () => events.push('received'),
      dropped: () => events.push('dropped'),
      blocked(waiter, side) {
        names.set(waiter, names.size + 1);
        events.push(`${side} ${names.size} waits`);
      },
      unblocked: (waiter) => events.push(`${names.get(waiter)} leaves`),
    });
    const told = (): string[] => events.splice(0);
    const receiving = channel.receive();
    channel.trySend(1, 0);
    await receiving;
    expect(told()).toEqual(['receive 1 waits', 'sent', 'received', '1 leaves']);
    channel.trySend(2, 0);
    const sending = channel.send(3, 0);
    channel.tryReceive();
    await sending;
    expect(told()).toEqual(['sent', 'send 2 waits', 'sent', '2 leaves', 'received']);
    channel.tryReceive();
    expect(told()).toEqual(['received']);
    const stop = new AbortController();
    const aborted = channel.receive(stop.signal);
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    const leave = channel[joinReceivers](() => undefined);
    leave();
    leave();
    expect(told()).toEqual(['receive 3 waits', '3 leaves', 'receive 4 waits', '4 leaves']);
    channel.trySend(4, 0);
    const second = new AbortController();
    const abortedSend = channel.send(5, 0, second.signal);
    second.abort(new Error('gave up'));
    await expect(abortedSend).rejects.toThrow('gave up');
    const third = new AbortController();
    const refused = channel.send(6, 0, third.signal);
    channel.close();
    third.abort();
    await expect(refused).rejects.toMatchObject({ code: 'channel_closed' });
    expect(told()).toEqual(['sent', 'send 5 waits', '5 leaves', 'send 6 waits', '6 leaves']);
    const other = new PriorityChannel<number>(0);
    other[observe]({
      sent: () => undefined,
      received: () => undefined,
      dropped: () => undefined,
      blocked: (_waiter, side) => events.push(side),
      unblocked: () => events.push('leaves'),
    });
    const ended = other.receive();
    other.close();
    await ended;
    expect(told()).toEqual(['receive', 'leaves']);
  });
});
