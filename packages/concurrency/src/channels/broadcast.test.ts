import { describe, expect, it } from 'vitest';
import { Broadcast } from './broadcast.ts';
import { joinReceivers, joinSenders } from './ports.ts';
import { select } from './select.ts';

const value = <T>(item: T) => ({ done: false, value: item });
const done = { done: true, value: undefined };
const wide = { capacity: 10, overflow: 'disconnect' } as const;

describe('Broadcast', () => {
  it('gives each value to everybody who subscribed before it, in order', async () => {
    const broadcast = new Broadcast<number>();
    const first = broadcast.subscribe(wide);
    await broadcast.send(1);
    const second = broadcast.subscribe(wide);
    expect(broadcast.trySend(2)).toBe(true);
    expect([first.size, second.size, broadcast.subscribers]).toEqual([2, 1, 2]);
    expect([await first.receive(), await first.receive()]).toEqual([value(1), value(2)]);
    expect([second.tryReceive(), second.tryReceive()]).toEqual([value(2), undefined]);
  });

  it('hands a value to readers that wait, first come first served', async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe({ capacity: 0, overflow: 'drop-newest' });
    const readers = [subscription.receive(), subscription.receive()];
    for (const n of [1, 2, 3]) broadcast.trySend(n);
    expect(await Promise.all(readers)).toEqual([value(1), value(2)]);
    expect([subscription.dropped, subscription.size]).toEqual([1, 0]);
  });

  it('lets each subscriber miss what its own strategy drops, and stops nobody', () => {
    const broadcast = new Broadcast<number>();
    const newest = broadcast.subscribe({ capacity: 2, overflow: 'drop-oldest' });
    const oldest = broadcast.subscribe({ capacity: 2, overflow: 'drop-newest' });
    const none = broadcast.subscribe({ capacity: 0, overflow: 'drop-oldest' });
    const all = broadcast.subscribe(wide);
    for (const n of [1, 2, 3, 4]) broadcast.trySend(n);
    expect([newest.dropped, oldest.dropped, none.dropped, all.dropped]).toEqual([2, 2, 4, 0]);
    expect([newest.tryReceive(), newest.tryReceive(), newest.tryReceive()]).toEqual([
      value(3),
      value(4),
      undefined,
    ]);
    expect([oldest.tryReceive(), oldest.tryReceive(), oldest.tryReceive()]).toEqual([
      value(1),
      value(2),
      undefined,
    ]);
    expect([none.tryReceive(), all.size]).toEqual([undefined, 4]);
  });

  it('disconnects a subscriber that said so; its reader drains what it has', async () => {
    const broadcast = new Broadcast<number>();
    const slow = broadcast.subscribe({ capacity: 1, overflow: 'disconnect' });
    const quick = broadcast.subscribe(wide);
    broadcast.trySend(1);
    expect([slow.isDisconnected, slow.isClosed]).toEqual([false, false]);
    broadcast.trySend(2);
    broadcast.trySend(3);
    expect([slow.isDisconnected, slow.isClosed, slow.dropped, broadcast.subscribers]).toEqual([
      true,
      true,
      0,
      1,
    ]);
    expect([await slow.receive(), await slow.receive(), slow.tryReceive()]).toEqual([value(1), done, done]);
    expect([quick.size, quick.isDisconnected]).toEqual([3, false]);
  });

  it('unsubscribes when the reader leaves its loop, cancels or disposes', async () => {
    const broadcast = new Broadcast<number>();
    const looping = broadcast.subscribe(wide);
    const cancelled = broadcast.subscribe(wide);
    const waiting = cancelled.receive();
    broadcast.trySend(1);
    expect(await waiting).toEqual(value(1));
    broadcast.trySend(2);
    for await (const item of looping) {
      expect(item).toBe(1);
      break;
    }
    expect([broadcast.subscribers, looping.size, looping.isClosed]).toEqual([1, 0, true]);
    cancelled.cancel();
    cancelled.cancel();
    expect([broadcast.subscribers, cancelled.size, cancelled.tryReceive()]).toEqual([0, 0, done]);
    {
      await using disposed = broadcast.subscribe(wide);
      expect([broadcast.subscribers, disposed.capacity]).toEqual([1, 10]);
    }
    expect([broadcast.subscribers, looping.isDisconnected]).toEqual([0, false]);
  });

  it('ends those that wait when they are cancelled', async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe(wide);
    const waiting = [subscription.receive(), subscription.receive()];
    subscription.cancel();
    expect(await Promise.all(waiting)).toEqual([done, done]);
  });

  it('closed, lets readers drain, ends those that wait and refuses senders', async () => {
    const broadcast = new Broadcast<number>();
    const holding = broadcast.subscribe(wide);
    broadcast.trySend(1);
    const waiting = broadcast.subscribe(wide);
    const receiving = waiting.receive();
    expect(broadcast.isClosed).toBe(false);
    broadcast.close();
    broadcast.close();
    expect([broadcast.isClosed, broadcast.subscribers, holding.isClosed]).toEqual([true, 0, true]);
    expect([await receiving, await holding.receive(), await holding.receive()]).toEqual([
      done,
      value(1),
      done,
    ]);
    expect(broadcast.trySend(2)).toBe(false);
    await expect(broadcast.send(2)).rejects.toMatchObject({ code: 'channel_closed' });
    const late = broadcast.subscribe(wide);
    expect([late.isClosed, late.tryReceive(), broadcast.subscribers]).toEqual([true, done, 0]);
  });

  it('is closed by await using', async () => {
    const outer = new Broadcast<number>();
    {
      await using broadcast = outer;
      expect(broadcast.isClosed).toBe(false);
    }
    expect(outer.isClosed).toBe(true);
  });

  it('sends and hands out nothing for an aborted signal; an aborted reader leaves at once', async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe(wide);
    const stop = new AbortController();
    const aborted = subscription.receive(stop.signal);
    const patient = subscription.receive();
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    await expect(broadcast.send(1, stop.signal)).rejects.toThrow('gave up');
    await broadcast.send(2, new AbortController().signal);
    expect(await patient).toEqual(value(2));
    broadcast.trySend(3);
    await expect(subscription.receive(stop.signal)).rejects.toThrow('gave up');
    expect(subscription.size).toBe(1);
  });

  it('gives readers of a value the same result, whichever way they take it', async () => {
    const broadcast = new Broadcast<number>();
    const [a, b, c] = [broadcast.subscribe(wide), broadcast.subscribe(wide), broadcast.subscribe(wide)];
    const waiting = c.receive();
    broadcast.trySend(1);
    const [first, second] = [a.receive(), b.receive()];
    expect(first).toBe(second);
    expect(await waiting).toBe(await first);
  });

  it('is read by select, whose line can be left', async () => {
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe({ capacity: 0, overflow: 'drop-newest' });
    const chosen = select({ subscription });
    broadcast.trySend(1);
    expect((await chosen).value).toBe(1);
    const results: unknown[] = [];
    const leave = subscription[joinReceivers]((result) => results.push(result));
    leave();
    broadcast.trySend(2);
    expect([results, subscription.dropped]).toEqual([[], 1]);
  });

  it('refuses whoever joins its line of senders, since only a closed one does not take a value', () => {
    const broadcast = new Broadcast<number>();
    const told: unknown[] = [];
    broadcast[joinSenders](
      1,
      () => told.push('accepted'),
      (reason) => told.push(reason),
    )();
    expect(told).toEqual([expect.objectContaining({ code: 'channel_closed' })]);
  });

  it('refuses a capacity that is none', () => {
    const broadcast = new Broadcast<number>();
    expect(() => broadcast.subscribe({ capacity: -1, overflow: 'drop-oldest' })).toThrow(
      new RangeError('capacity must be a whole number from 0, not -1'),
    );
    expect(() => broadcast.subscribe({ capacity: 0.5, overflow: 'drop-oldest' })).toThrow(RangeError);
    expect(broadcast.subscribers).toBe(0);
  });
});
