import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Subscription } from '../channels/subscription.ts';
import { PubSub } from './pub-sub.ts';

interface Topics {
  'user.created': { readonly name: string };
  'user.deleted': number;
  log: string;
}

const keep = { capacity: 10, overflow: 'drop-oldest' } as const;

async function read<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('PubSub', () => {
  it('gives each message to all subscribers of its topic, in order, and to nobody else', async () => {
    const events = new PubSub<Topics>();
    const [first, second] = [events.subscribe('log', keep), events.subscribe('log', keep)];
    const other = events.subscribe('user.deleted', keep);
    expectTypeOf(first).toEqualTypeOf<Subscription<string>>();
    expect([
      events.publish('log', 'a'),
      events.publish('log', 'b'),
      events.publish('user.deleted', 7),
    ]).toEqual([2, 2, 1]);
    events.close();
    expect(await Promise.all([read(first), read(second), read(other)])).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      [7],
    ]);
  });

  it('gives messages of all topics that begin alike, with their topics', async () => {
    const events = new PubSub<Topics>();
    const users = events.subscribePrefix('user.', keep);
    const all = events.subscribePrefix('', keep);
    expectTypeOf(users).toEqualTypeOf<
      Subscription<
        | { readonly topic: 'user.created'; readonly message: { readonly name: string } }
        | { readonly topic: 'user.deleted'; readonly message: number }
      >
    >();
    expect(events.publish('user.created', { name: 'Ana' })).toBe(2);
    expect(events.publish('log', 'a')).toBe(1);
    events.close();
    const created = { topic: 'user.created', message: { name: 'Ana' } };
    expect(await read(users)).toEqual([created]);
    expect(await read(all)).toEqual([created, { topic: 'log', message: 'a' }]);
  });

  it('lets nobody slow stop the others: each has its own buffer and strategy', async () => {
    const events = new PubSub<Topics>();
    const newest = events.subscribe('log', { capacity: 2, overflow: 'drop-oldest' });
    const oldest = events.subscribe('log', { capacity: 2, overflow: 'drop-newest' });
    const strict = events.subscribe('log', { capacity: 2, overflow: 'disconnect' });
    const counts = ['a', 'b', 'c', 'd'].map((line) => events.publish('log', line));
    expect(counts).toEqual([3, 3, 3, 2]);
    expect([newest.dropped, oldest.dropped, strict.isDisconnected]).toEqual([2, 2, true]);
    events.close();
    expect(await Promise.all([read(newest), read(oldest), read(strict)])).toEqual([
      ['c', 'd'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('forgets a topic with its last subscriber', () => {
    const events = new PubSub<Topics>();
    const [first, second] = [events.subscribe('log', keep), events.subscribe('log', keep)];
    const all = events.subscribePrefix('lo', keep);
    expect([events.topics, events.subscribers('log'), events.subscribers('user.deleted')]).toEqual([
      ['log'],
      3,
      0,
    ]);
    first.cancel();
    expect(events.topics).toEqual(['log']);
    second.cancel();
    all.cancel();
    expect([events.topics, events.subscribers('log'), events.publish('log', 'a')]).toEqual([[], 0, 0]);
    const again = events.subscribe('log', keep);
    second.cancel();
    expect(events.publish('log', 'b')).toBe(1);
    expect(again.tryReceive()?.value).toBe('b');
  });

  it('unsubscribes a reader that leaves its loop', async () => {
    const events = new PubSub<Topics>();
    const lines = events.subscribe('log', keep);
    for (const line of ['a', 'b']) events.publish('log', line);
    for await (const line of lines) {
      expect(line).toBe('a');
      break;
    }
    expect(events.publish('log', 'c')).toBe(0);
  });

  it('lets a reader that waits give up at once and take nothing with it', async () => {
    const events = new PubSub<Topics>();
    const lines = events.subscribe('log', keep);
    const stop = new AbortController();
    const waiting = lines.receive(stop.signal);
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    events.publish('log', 'a');
    expect((await lines.receive()).value).toBe('a');
  });

  it('closed, ends those that wait and takes no messages and no readers', async () => {
    let kept: PubSub<Topics> | undefined;
    let waiting: Promise<unknown> | undefined;
    {
      await using events = new PubSub<Topics>();
      kept = events;
      waiting = events.subscribe('log', keep).receive();
    }
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect([kept.isClosed, kept.publish('log', 'late'), kept.topics]).toEqual([true, 0, []]);
    expect(await read(kept.subscribe('log', keep))).toEqual([]);
    expect(kept.subscribers('log')).toBe(0);
  });

  it('refuses a capacity out of range', () => {
    expect(() => new PubSub<Topics>().subscribe('log', { capacity: -1, overflow: 'disconnect' })).toThrow(
      RangeError,
    );
  });
});
