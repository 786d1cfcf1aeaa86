import { describe, expect, it } from 'vitest';
import { Channel } from '../channels/channel.ts';
import { PriorityChannel } from '../channels/priority-channel.ts';
import { Mutex } from '../sync/mutex.ts';
import { RwLock } from '../sync/rw-lock.ts';
import { Semaphore } from '../sync/semaphore.ts';
import { type ChannelObserver, type LockObserver, type ObservableChannel, observe } from './observe.ts';

/** Everything a channel says, checked against what may be said. */
class ChannelListener implements ChannelObserver {
  readonly waiting = new Set<object>();
  readonly counts = { sent: 0, received: 0, dropped: 0 };

  sent(): void {
    this.counts.sent++;
  }

  received(): void {
    this.counts.received++;
  }

  dropped(): void {
    this.counts.dropped++;
  }

  blocked(waiter: object): void {
    expect(this.waiting).not.toContain(waiter);
    this.waiting.add(waiter);
  }

  unblocked(waiter: object): void {
    expect(this.waiting).toContain(waiter);
    this.waiting.delete(waiter);
  }
}

interface AnyChannel extends ObservableChannel {
  receive(signal?: AbortSignal): Promise<unknown>;
  close(): void;
}

describe.each<
  [string, (capacity: number) => { channel: AnyChannel; send: (signal?: AbortSignal) => Promise<void> }]
>([
  [
    'Channel',
    (capacity) => {
      const channel = new Channel<number>(capacity);
      return { channel, send: (signal) => channel.send(1, signal) };
    },
  ],
  [
    'PriorityChannel',
    (capacity) => {
      const channel = new PriorityChannel<number>(capacity);
      return { channel, send: (signal) => channel.send(1, 1, signal) };
    },
  ],
])('an observed %s', (_, create) => {
  it.each([0, 1, 3])(
    'tells each value once and whoever waits until they leave, capacity %i',
    async (capacity) => {
      const { channel, send } = create(capacity);
      const listener = new ChannelListener();
      channel[observe](listener);
      const sending = Array.from({ length: 5 }, () => send());
      expect(listener.waiting.size).toBe(channel.waitingSenders);
      for (let received = 0; received < 5; received++) await channel.receive();
      await Promise.all(sending);
      const receiving = [channel.receive(), channel.receive()];
      expect(listener.waiting.size).toBe(2);
      await send();
      expect(listener.waiting.size).toBe(1);
      channel.close();
      await Promise.all(receiving);
      expect(listener.waiting.size).toBe(0);
      expect(listener.counts).toEqual({ sent: 6, received: 6, dropped: 0 });
    },
  );

  it('tells that who gave up, or was refused by the close, has left', async () => {
    const { channel, send } = create(0);
    const listener = new ChannelListener();
    channel[observe](listener);
    const giveUp = new AbortController();
    const aborted = [send(giveUp.signal), send(giveUp.signal)];
    const refused = send();
    giveUp.abort();
    await Promise.allSettled(aborted);
    expect(listener.waiting.size).toBe(1);
    channel.close();
    await Promise.allSettled([refused]);
    expect(listener.waiting.size).toBe(0);
    expect(listener.counts.sent).toBe(0);
  });

  it('tells nothing after it was left', async () => {
    const { channel, send } = create(2);
    const listener = new ChannelListener();
    channel[observe](listener);
    await send();
    channel[observe](undefined);
    await send();
    await channel.receive();
    expect(listener.counts).toEqual({ sent: 1, received: 0, dropped: 0 });
  });
});

/** Everything a lock says, checked against what may be said. */
class LockListener implements LockObserver {
  readonly held = new Set<object>();
  readonly waiting = new Set<object>();

  acquired(permit: object): void {
    this.held.add(permit);
  }

  released(permit: object): void {
    expect(this.held).toContain(permit);
    this.held.delete(permit);
  }

  blocked(waiter: object): void {
    expect(this.waiting).not.toContain(waiter);
    this.waiting.add(waiter);
  }

  unblocked(waiter: object, permit?: object): void {
    expect(this.waiting).toContain(waiter);
    this.waiting.delete(waiter);
    if (permit !== undefined) this.held.add(permit);
  }
}

interface AnyPermit {
  release(): void;
}

interface AnyLock {
  readonly lock: { close(): Promise<void>; [observe](observer: LockObserver | undefined): void };
  readonly acquire: (signal?: AbortSignal) => Promise<AnyPermit>;
}

describe.each<[string, () => AnyLock]>([
  [
    'Mutex',
    () => {
      const lock = new Mutex();
      return { lock, acquire: (signal) => lock.acquire({ signal }) };
    },
  ],
  [
    'Semaphore',
    () => {
      const lock = new Semaphore(3);
      return { lock, acquire: (signal) => lock.acquire({ weight: 3, signal }) };
    },
  ],
  [
    'RwLock, written to',
    () => {
      const lock = new RwLock();
      return { lock, acquire: (signal) => lock.acquireWrite({ signal }) };
    },
  ],
])('an observed %s', (_, create) => {
  it('tells who holds it and who waits, through hand-over, abort and close', async () => {
    const { lock, acquire } = create();
    const listener = new LockListener();
    lock[observe](listener);
    const first = await acquire();
    const giveUp = new AbortController();
    const second = acquire();
    const third = acquire(giveUp.signal);
    const fourth = acquire();
    expect([listener.held.size, listener.waiting.size]).toEqual([1, 3]);
    first.release();
    expect([listener.held.size, listener.waiting.size]).toEqual([1, 2]);
    giveUp.abort();
    await Promise.allSettled([third]);
    expect([listener.held.size, listener.waiting.size]).toEqual([1, 1]);
    const closing = lock.close();
    await Promise.allSettled([fourth]);
    expect([listener.held.size, listener.waiting.size]).toEqual([1, 0]);
    (await second).release();
    await closing;
    expect([listener.held.size, listener.waiting.size]).toEqual([0, 0]);
  });
});

it('an observed RwLock tells of readers, and that a permit stays the same when it changes its mode', async () => {
  const lock = new RwLock();
  const listener = new LockListener();
  lock[observe](listener);
  const [one, two] = await Promise.all([lock.acquireRead(), lock.acquireRead()]);
  expect(listener.held.size).toBe(2);
  const upgrading = one.upgrade();
  expect(listener.waiting.size).toBe(1);
  two.release();
  await upgrading;
  expect([listener.held.size, listener.waiting.size]).toEqual([1, 0]);
  one.downgrade();
  expect(listener.held.size).toBe(1);
  one.release();
  expect(listener.held.size).toBe(0);
});
