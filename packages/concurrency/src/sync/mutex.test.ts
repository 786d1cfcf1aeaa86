import { describe, expect, it } from 'vitest';
import { observe } from '../inspect/observe.ts';
import { tick } from '../time/manual-clock.ts';
import { Mutex } from './mutex.ts';
import { SyncClosedError } from './sync-closed-error.ts';

describe('Mutex', () => {
  it('lets one in at a time, in order of arrival', async () => {
    const mutex = new Mutex();
    expect([mutex.isLocked, mutex.waiting]).toEqual([false, 0]);
    const first = await mutex.acquire();
    const order: string[] = [];
    const pass = async (name: string): Promise<void> => {
      using _permit = await mutex.acquire();
      order.push(name);
      await tick();
      order.push(name);
    };
    const passing = [pass('a'), pass('b')];
    expect([mutex.isLocked, mutex.waiting, mutex.tryAcquire()]).toEqual([true, 2, undefined]);
    first.release();
    expect([mutex.isLocked, mutex.waiting]).toEqual([true, 1]);
    await Promise.all(passing);
    expect(order).toEqual(['a', 'a', 'b', 'b']);
    expect(mutex.isLocked).toBe(false);
  });

  it('runs work alone and frees itself however the work ends', async () => {
    const mutex = new Mutex();
    const seen: boolean[] = [];
    const failing = mutex.run(() => {
      seen.push(mutex.isLocked);
      throw new Error('thrown');
    });
    await expect(failing).rejects.toThrow('thrown');
    expect(await mutex.run(() => 7)).toBe(7);
    expect([seen, mutex.isLocked]).toEqual([[true], false]);
  });

  it('lets a waiter go at once when it aborts', async () => {
    const mutex = new Mutex();
    const held = mutex.tryAcquire();
    const stop = new AbortController();
    const turns = [
      mutex.acquire({ signal: stop.signal }),
      mutex.run(() => 1, { signal: stop.signal }),
      mutex.acquire(),
    ];
    expect(mutex.waiting).toBe(3);
    stop.abort(new Error('gave up'));
    expect(mutex.waiting).toBe(1);
    await expect(turns[0]).rejects.toThrow('gave up');
    await expect(turns[1]).rejects.toThrow('gave up');
    held?.release();
    await turns[2];
    expect(mutex.isLocked).toBe(true);
  });

  it('refuses whoever waits or comes once it is closed, and waits for its holder', async () => {
    const mutex = new Mutex();
    const held = await mutex.acquire();
    const waiting = mutex.acquire();
    let isDone = false;
    expect(mutex.isClosed).toBe(false);
    const closing = mutex.close().then(() => (isDone = true));
    expect(mutex.isClosed).toBe(true);
    await expect(waiting).rejects.toThrow(new SyncClosedError('mutex'));
    await tick();
    expect(isDone).toBe(false);
    const again = mutex[Symbol.asyncDispose]();
    expect(again).toBeInstanceOf(Promise);
    held.release();
    await Promise.all([closing, again]);
    await expect(mutex.acquire()).rejects.toThrow('the mutex is closed');
    {
      await using scoped = new Mutex();
      expect(scoped.isClosed).toBe(false);
    }
  });

  it('tells a watcher who holds and who waits, until it leaves', async () => {
    const mutex = new Mutex();
    const log: unknown[][] = [];
    mutex[observe]({
      acquired: (permit, weight, mode) => log.push(['acquired', permit, weight, mode]),
      released: (permit) => log.push(['released', permit]),
      blocked: (_waiter, weight, mode) => log.push(['blocked', weight, mode]),
      unblocked: (_waiter, permit) => log.push(['unblocked', permit]),
    });
    const first = await mutex.acquire();
    const waiting = mutex.acquire();
    first.release();
    const second = await waiting;
    mutex[observe](undefined);
    second.release();
    expect(log).toEqual([
      ['acquired', first, 1, 'exclusive'],
      ['blocked', 1, 'exclusive'],
      ['released', first],
      ['unblocked', second],
    ]);
  });
});
