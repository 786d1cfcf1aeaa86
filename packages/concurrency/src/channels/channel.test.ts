import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { Channel } from './channel.ts';

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
    expect(() => new Channel(-1)).toThrow(RangeError);
    expect(() => new Channel(0.5)).toThrow(RangeError);
  });
});

describe('Channel, for any sequence of steps', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.constant('send' as const) },
    { weight: 4, arbitrary: fc.constant('receive' as const) },
    { weight: 1, arbitrary: fc.constant('trySend' as const) },
    { weight: 1, arbitrary: fc.constant('tryReceive' as const) },
    { weight: 1, arbitrary: fc.constant('abortSend' as const) },
    { weight: 1, arbitrary: fc.constant('abortReceive' as const) },
    { weight: 1, arbitrary: fc.constant('close' as const) },
  );

  it('delivers exactly what it accepted, once, in order, and leaves nobody waiting after a close', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3 }),
        fc.array(step, { maxLength: 60 }),
        async (capacity, steps) => {
          const channel = new Channel<number>(capacity);
          const accepted = new Set<number>();
          const received: number[] = [];
          const sends: { stop: AbortController; end: Promise<unknown> }[] = [];
          const receives: { stop: AbortController; end: Promise<unknown> }[] = [];
          const take = (result: IteratorResult<number, undefined>): void => {
            if (result.done !== true) received.push(result.value);
          };
          let next = 0;
          for (const current of steps) {
            const stop = new AbortController();
            const item = next++;
            if (current === 'send') {
              const end = channel.send(item, stop.signal).then(
                () => accepted.add(item),
                () => undefined,
              );
              sends.push({ stop, end });
            } else if (current === 'receive') {
              receives.push({ stop, end: channel.receive(stop.signal).then(take, () => undefined) });
            } else if (current === 'trySend') {
              if (channel.trySend(item)) accepted.add(item);
            } else if (current === 'tryReceive') {
              const result = channel.tryReceive();
              // A value handed to an earlier receiver is on its way: let it be written down first.
              await tick();
              if (result !== undefined) take(result);
            } else if (current === 'close') {
              channel.close();
            } else {
              (current === 'abortSend' ? sends : receives).at(-1)?.stop.abort(new Error('gave up'));
            }
            expect(channel.size).toBeLessThanOrEqual(capacity);
          }
          channel.close();
          await Promise.all([...sends, ...receives].map(({ end }) => end));
          for (let result = channel.tryReceive(); result?.done === false; result = channel.tryReceive())
            take(result);
          expect(channel.tryReceive()).toEqual(done);
          expect(received).toEqual(received.toSorted((a, b) => a - b));
          expect(new Set(received)).toEqual(accepted);
          expect(received).toHaveLength(accepted.size);
        },
      ),
      { numRuns: 200 },
    );
  });
});
