import { describe, expect, it } from 'vitest';
import { observe } from '../inspect/observe.ts';
import { tick } from '../time/manual-clock.ts';
import { Channel } from './channel.ts';
import type { Overflow } from './overflow.ts';
import { select } from './select.ts';
import { sendTo } from './send-case.ts';

const value = <T>(item: T) => ({ done: false, value: item });
const done = { done: true, value: undefined };

describe('Channel', () => {
  it('keeps the order and holds senders back at its capacity', async () => {
    const channel = new Channel<number>(2);
    await channel.send(1);
    await channel.send(2);
    let isAccepted = false;
    const third = channel.send(3).then(() => (isAccepted = true));
    await tick();
    expect([channel.size, isAccepted]).toEqual([2, false]);
    expect(await channel.receive()).toEqual(value(1));
    await third;
    expect(await channel.receive()).toEqual(value(2));
    expect(await channel.receive()).toEqual(value(3));
  });

  it('of capacity 0 hands each value straight to a receiver', async () => {
    const channel = new Channel<string>(0);
    expect(channel.trySend('nobody there')).toBe(false);
    let isAccepted = false;
    const sending = channel.send('hello').then(() => (isAccepted = true));
    await tick();
    expect(isAccepted).toBe(false);
    expect(await channel.receive()).toEqual(value('hello'));
    await sending;
    const receiving = channel.receive();
    expect(channel.trySend('direct')).toBe(true);
    expect(await receiving).toEqual(value('direct'));
  });

  it('carries undefined like any value', async () => {
    const channel = new Channel<undefined>(1);
    await channel.send(undefined);
    expect(channel.tryReceive()).toEqual(value(undefined));
    expect(channel.tryReceive()).toBeUndefined();
  });

  it('serves waiting receivers in order of arrival', async () => {
    const channel = new Channel<number>(5);
    const receivers = [channel.receive(), channel.receive()];
    await channel.send(1);
    await channel.send(2);
    expect(await Promise.all(receivers)).toEqual([value(1), value(2)]);
  });

  it('never delivers the value of a sender that was aborted, and frees its place at once', async () => {
    const channel = new Channel<number>(1);
    await channel.send(1);
    const stop = new AbortController();
    const aborted = channel.send(2, stop.signal);
    const third = channel.send(3);
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    expect(await channel.receive()).toEqual(value(1));
    await third;
    expect(await channel.receive()).toEqual(value(3));
  });

  it('loses no value to a receiver that was aborted', async () => {
    const channel = new Channel<number>(1);
    const stop = new AbortController();
    const aborted = channel.receive(stop.signal);
    const patient = channel.receive();
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    await channel.send(1);
    expect(await patient).toEqual(value(1));
    await expect(channel.receive(stop.signal)).rejects.toThrow('gave up');
    await expect(channel.send(2, stop.signal)).rejects.toThrow('gave up');
    expect(channel.size).toBe(0);
  });

  it('closed, is drained by receivers, refuses senders and tells those that wait', async () => {
    const channel = new Channel<number>(1);
    await channel.send(1);
    const waiting = channel.send(2);
    channel.close();
    channel.close();
    await expect(waiting).rejects.toMatchObject({ code: 'channel_closed' });
    await expect(channel.send(3)).rejects.toMatchObject({ code: 'channel_closed' });
    expect(channel.trySend(3)).toBe(false);
    expect(await channel.receive()).toEqual(value(1));
    expect(await channel.receive()).toEqual(done);
    expect(channel.isClosed).toBe(true);

    const empty = new Channel<number>(1);
    const receivers = [empty.receive(), empty.receive()];
    empty.close();
    expect(await Promise.all(receivers)).toEqual([done, done]);
  });

  it('is read to its end by several loops, each value by one of them', async () => {
    const channel = new Channel<number>(3);
    const seen: number[] = [];
    const loops = [1, 2, 3].map(async () => {
      for await (const item of channel) seen.push(item);
    });
    for (let n = 0; n < 50; n++) await channel.send(n);
    channel.close();
    await Promise.all(loops);
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('stays open when a loop is left early', async () => {
    const channel = new Channel<number>(3);
    await channel.send(1);
    await channel.send(2);
    for await (const item of channel) {
      expect(item).toBe(1);
      break;
    }
    expect(channel.isClosed).toBe(false);
    expect(await channel.receive()).toEqual(value(2));
  });

  it('refuses a capacity that is none', () => {
    expect(() => new Channel(-1)).toThrow(new RangeError('capacity must be a whole number from 0, not -1'));
    expect(() => new Channel(0.5)).toThrow(RangeError);
    expect(new Channel(0).capacity).toBe(0);
  });

  it('is closed by using and await using', async () => {
    const channels = [new Channel<number>(1), new Channel<number>(1)] as const;
    {
      using first = channels[0];
      await using second = channels[1];
      expect([first.isClosed, second.isClosed]).toEqual([false, false]);
    }
    expect(channels.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });

  it('cancelled, forgets what it holds, refuses senders and ends receivers', async () => {
    const channel = new Channel<number>(1);
    await channel.send(1);
    const waiting = channel.send(2);
    channel.cancel();
    await expect(waiting).rejects.toMatchObject({
      code: 'channel_closed',
      name: 'ChannelClosedError',
      message: 'the channel is closed',
    });
    expect([channel.size, channel.isClosed, channel.waitingSenders]).toEqual([0, true, 0]);
    expect(await channel.receive()).toEqual(done);
  });
});

describe('a channel that is full', () => {
  const filled = (overflow: Overflow, capacity = 2): Channel<number> => {
    const channel = new Channel<number>(capacity, { overflow });
    for (let n = 1; n <= capacity; n++) channel.trySend(n);
    return channel;
  };
  const drain = (channel: Channel<number>): number[] => {
    const values: number[] = [];
    for (let next = channel.tryReceive(); next?.done === false; next = channel.tryReceive())
      values.push(next.value);
    return values;
  };

  it('lets senders wait unless told otherwise', () => {
    const channel = new Channel<number>(1);
    expect([channel.overflow, channel.trySend(1), channel.trySend(2), channel.dropped]).toEqual([
      'block',
      true,
      false,
      0,
    ]);
  });

  it('drops the oldest for the new one, and counts it', async () => {
    const channel = filled('drop-oldest');
    await channel.send(3);
    expect(channel.trySend(4)).toBe(true);
    expect([channel.dropped, drain(channel)]).toEqual([2, [3, 4]]);
  });

  it('drops the newest, and counts it', async () => {
    const channel = filled('drop-newest');
    await channel.send(3);
    expect(channel.trySend(4)).toBe(true);
    expect([channel.dropped, drain(channel)]).toEqual([2, [1, 2]]);
    await channel.send(5);
    expect(drain(channel)).toEqual([5]);
  });

  it('refuses with an error and counts nothing, since nothing was taken', async () => {
    const channel = filled('error');
    await expect(channel.send(3)).rejects.toMatchObject({
      name: 'ChannelFullError',
      code: 'channel_full',
      capacity: 2,
      message: 'the channel is full: it holds 2 values',
    });
    expect(channel.trySend(4)).toBe(false);
    expect([channel.dropped, drain(channel)]).toEqual([0, [1, 2]]);
  });

  it('drops what comes when it can hold nothing at all', () => {
    for (const overflow of ['drop-oldest', 'drop-newest'] as const) {
      const channel = filled(overflow, 0);
      expect(channel.trySend(1)).toBe(true);
      expect([channel.dropped, channel.size, channel.tryReceive()]).toEqual([1, 0, undefined]);
    }
  });

  it('refuses when closed, whatever the strategy', async () => {
    for (const overflow of ['drop-oldest', 'drop-newest', 'error'] as const) {
      const channel = filled(overflow);
      channel.close();
      expect([channel.trySend(3), channel.dropped]).toEqual([false, 0]);
      await expect(channel.send(3)).rejects.toMatchObject({ code: 'channel_closed' });
    }
  });
});

describe('a place that becomes free', () => {
  it('goes to the sender that waits, though another asks in the same instant', async () => {
    const channel = new Channel<string>(1);
    channel.trySend('held');
    const order: string[] = [];
    const waiting = channel.send('waiting').then(() => order.push('waiting'));
    channel.tryReceive();
    expect(channel.trySend('late')).toBe(false);
    const late = channel.send('late').then(() => order.push('late'));
    expect([channel.size, channel.waitingSenders]).toEqual([1, 1]);
    expect(channel.tryReceive()).toEqual(value('waiting'));
    expect(channel.tryReceive()).toEqual(value('late'));
    await Promise.all([waiting, late]);
    expect(order).toEqual(['waiting', 'late']);
  });

  it('is never the place of an aborted sender, which learns of the abort at once', async () => {
    const channel = new Channel<number>(1);
    channel.trySend(1);
    const stop = new AbortController();
    let end = 'pending';
    channel.send(2, stop.signal).catch((error: Error) => (end = error.message));
    stop.abort(new Error('gave up'));
    expect(channel.waitingSenders).toBe(0);
    await Promise.resolve();
    expect(end).toBe('gave up');
  });

  it('keeps what it handed over when the abort comes later', async () => {
    const channel = new Channel<number>(1);
    const stop = new AbortController();
    const receiving = channel.receive(stop.signal);
    channel.trySend(7);
    stop.abort();
    expect(await receiving).toEqual(value(7));
    channel.trySend(8);
    const sending = channel.send(9, stop.signal).catch((error: Error) => error.name);
    expect(await sending).toBe('AbortError');
    const second = new AbortController();
    const accepted = channel.send(9, second.signal);
    expect(channel.tryReceive()).toEqual(value(8));
    second.abort();
    await accepted;
    expect(channel.tryReceive()).toEqual(value(9));
  });
});

describe('an observed channel', () => {
  const recorded = (channel: Channel<number>): string[] => {
    const events: string[] = [];
    const names = new Map<object, string>();
    channel[observe]({
      sent: () => events.push('sent'),
      received: () => events.push('received'),
      dropped: () => events.push('dropped'),
      blocked(waiter, side) {
        names.set(waiter, `${side} ${names.size + 1}`);
        events.push(`${names.get(waiter)} waits`);
      },
      unblocked: (waiter) => events.push(`${names.get(waiter)} leaves`),
    });
    return events;
  };

  it('tells of what is sent, received and dropped', () => {
    const channel = new Channel<number>(1, { overflow: 'drop-oldest' });
    const events = recorded(channel);
    channel.trySend(1);
    channel.trySend(2);
    channel.tryReceive();
    channel.tryReceive();
    expect(events).toEqual(['sent', 'dropped', 'sent', 'received']);
    channel[observe](undefined);
    channel.trySend(3);
    expect(events).toHaveLength(4);
  });

  it('tells of a new value that was dropped', () => {
    const channel = new Channel<number>(1, { overflow: 'drop-newest' });
    const events = recorded(channel);
    channel.trySend(1);
    channel.trySend(2);
    expect(events).toEqual(['sent', 'dropped']);
    const none = new Channel<number>(0, { overflow: 'drop-oldest' });
    const told = recorded(none);
    none.trySend(1);
    expect(told).toEqual(['dropped']);
  });

  it('tells who waits and who leaves, served, aborted or refused', async () => {
    const channel = new Channel<number>(1);
    const events = recorded(channel);
    const stop = new AbortController();
    const receiving = channel.receive();
    channel.trySend(1);
    await receiving;
    expect(events.splice(0)).toEqual(['receive 1 waits', 'sent', 'received', 'receive 1 leaves']);
    channel.trySend(2);
    const sending = channel.send(3);
    channel.tryReceive();
    await sending;
    expect(events.splice(0)).toEqual(['sent', 'send 2 waits', 'sent', 'send 2 leaves', 'received']);
    const aborted = channel.send(4, stop.signal);
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    expect(events.splice(0)).toEqual(['send 3 waits', 'send 3 leaves']);
    const refused = channel.send(5);
    channel.close();
    await expect(refused).rejects.toThrow();
    expect(events.splice(0)).toEqual(['send 4 waits', 'send 4 leaves']);
  });

  it('tells of receivers that abort or see the end, and of a value handed over without a buffer', async () => {
    const channel = new Channel<number>(0);
    const events = recorded(channel);
    const stop = new AbortController();
    const aborted = channel.receive(stop.signal);
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    expect(events.splice(0)).toEqual(['receive 1 waits', 'receive 1 leaves']);
    const sending = channel.send(1);
    channel.tryReceive();
    await sending;
    expect(events.splice(0)).toEqual(['send 2 waits', 'sent', 'send 2 leaves', 'received']);
    const ended = channel.receive();
    channel.close();
    expect(await ended).toEqual(done);
    expect(events).toEqual(['receive 3 waits', 'receive 3 leaves']);
  });

  it('tells of the cases of a select, each once, and of those it leaves', async () => {
    const channel = new Channel<number>(0);
    const other = new Channel<number>(0);
    const events = recorded(channel);
    const chosen = select({ mine: channel, sent: sendTo(channel, 1), other }, { choice: 'listed' });
    expect(events.splice(0)).toEqual(['receive 1 waits', 'send 2 waits']);
    other.trySend(5);
    expect((await chosen).name).toBe('other');
    expect(events.splice(0)).toEqual(['receive 1 leaves', 'send 2 leaves']);
    const again = select({ mine: channel });
    channel.trySend(6);
    expect(await again).toEqual({ name: 'mine', ...value(6) });
    expect(events).toEqual(['receive 3 waits', 'sent', 'received', 'receive 3 leaves']);
  });
});
