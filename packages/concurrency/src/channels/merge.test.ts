import { describe, expect, it } from 'vitest';
import { Channel } from './channel.ts';
import { merge } from './merge.ts';

const value = <T>(item: T) => ({ done: false, value: item });
const done = { done: true, value: undefined };
const filled = (...values: number[]): Channel<number> => {
  const channel = new Channel<number>(Math.max(1, values.length));
  for (const item of values) channel.trySend(item);
  return channel;
};

describe('merge', () => {
  it('takes turns among the inputs that have values, each in its own order', () => {
    const merged = merge([filled(1, 2, 3), filled(), filled(10, 20)]);
    const taken = Array.from({ length: 6 }, () => merged.tryReceive()?.value);
    expect(taken).toEqual([1, 10, 2, 20, 3, undefined]);
  });

  it('ends when every input has ended, and not before', async () => {
    const [a, b] = [filled(1), filled()];
    const merged = merge([a, b]);
    a.close();
    expect(merged.isClosed).toBe(false);
    expect(await merged.receive()).toEqual(value(1));
    expect(merged.tryReceive()).toBeUndefined();
    const waiting = [merged.receive(), merged.receive()];
    b.trySend(2);
    expect(await waiting[0]).toEqual(value(2));
    b.close();
    expect(await waiting[1]).toEqual(done);
    expect([merged.isClosed, merged.tryReceive()]).toEqual([true, done]);
    expect(await merged.receive()).toEqual(done);
  });

  it('goes on waiting when one input ends while others are open', async () => {
    const [a, b] = [filled(), filled()];
    const merged = merge([a, b]);
    const waiting = merged.receive();
    a.close();
    b.trySend(5);
    expect(await waiting).toEqual(value(5));
    expect(b.waitingReceivers).toBe(0);
  });

  it('of nothing has ended', async () => {
    const merged = merge<number>([]);
    expect(merged.tryReceive()).toEqual(done);
    expect(await merged.receive()).toEqual(done);
  });

  it('holds nothing itself: senders wait at their inputs', () => {
    const a = filled(1);
    const merged = merge([a]);
    expect([a.trySend(2), a.size]).toEqual([false, 1]);
    expect(merged.tryReceive()).toEqual(value(1));
    expect([a.trySend(2), a.size]).toEqual([true, 1]);
  });

  it('serves its readers in the order they came, and takes them out of every line', async () => {
    const [a, b] = [filled(), filled()];
    const merged = merge([a, b]);
    const readers = [merged.receive(), merged.receive()];
    expect([a.waitingReceivers, b.waitingReceivers]).toEqual([2, 2]);
    b.trySend(1);
    expect([a.waitingReceivers, b.waitingReceivers]).toEqual([1, 1]);
    a.trySend(2);
    expect([a.waitingReceivers, b.waitingReceivers]).toEqual([0, 0]);
    expect(await Promise.all(readers)).toEqual([value(1), value(2)]);
  });

  it('leaves every line at once when aborted, and takes nothing', async () => {
    const [a, b] = [filled(), filled()];
    const merged = merge([a, b]);
    const stop = new AbortController();
    const waiting = merged.receive(stop.signal);
    stop.abort(new Error('gave up'));
    expect([a.waitingReceivers, b.waitingReceivers]).toEqual([0, 0]);
    await expect(waiting).rejects.toThrow('gave up');
    a.trySend(1);
    await expect(merged.receive(stop.signal)).rejects.toThrow('gave up');
    expect(a.size).toBe(1);
  });

  it('keeps the value it was handed when the abort comes later', async () => {
    const a = filled();
    const stop = new AbortController();
    const waiting = merge([a]).receive(stop.signal);
    a.trySend(1);
    stop.abort();
    expect(await waiting).toEqual(value(1));
  });

  it('is read to its end by a loop', async () => {
    const inputs = [filled(1, 2), filled(3)];
    for (const input of inputs) input.close();
    const seen: number[] = [];
    for await (const item of merge(inputs)) seen.push(item);
    expect(seen).toEqual([1, 3, 2]);
  });

  it('cancels its inputs when its reader leaves the loop, so that senders are not left waiting', async () => {
    const inputs = [filled(1), filled(2)] as const;
    const waiting = inputs[1].send(3);
    for await (const item of merge(inputs)) {
      expect(item).toBe(1);
      break;
    }
    await expect(waiting).rejects.toMatchObject({ code: 'channel_closed' });
    expect(inputs.map(({ isClosed, size }) => [isClosed, size])).toEqual([
      [true, 0],
      [true, 0],
    ]);
  });

  it('answers the end to whoever leaves its iterator by hand', async () => {
    const a = filled(1);
    const iterator = merge([a])[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual(value(1));
    expect([await iterator.return?.(), a.isClosed]).toEqual([done, true]);
  });

  it('cancelled or disposed, ends those that wait', async () => {
    const [a, b] = [filled(), filled()];
    const waiting = merge([a, b]).receive();
    {
      await using merged = merge([a, b]);
      expect(merged.isClosed).toBe(false);
    }
    expect(await waiting).toEqual(done);
    expect([a.isClosed, b.isClosed]).toEqual([true, true]);
  });

  it('can be merged again', async () => {
    const [a, b, c] = [filled(), filled(), filled()];
    const all = merge([merge([a, b]), c]);
    const waiting = all.receive();
    a.trySend(1);
    expect(await waiting).toEqual(value(1));
    expect([b.waitingReceivers, c.waitingReceivers]).toEqual([0, 0]);
  });
});
