import { describe, expect, it } from 'vitest';
import { type LockObserver, observe } from '../inspect/observe.ts';
import { tick } from '../time/manual-clock.ts';
import { RwLock } from './rw-lock.ts';
import type { RwPermit } from './rw-permit.ts';
import { SyncClosedError } from './sync-closed-error.ts';

/** Asks and writes down who came in; the permits are kept by name. */
function stage(): {
  lock: RwLock;
  inside: string[];
  ask: (name: string, signal?: AbortSignal) => void;
  leave: (name: string) => void;
  permit: (name: string) => RwPermit;
} {
  const lock = new RwLock();
  const inside: string[] = [];
  const permits = new Map<string, RwPermit>();
  const permit = (name: string): RwPermit => {
    const found = permits.get(name);
    if (found === undefined) throw new Error(`${name} is not inside`);
    return found;
  };
  return {
    lock,
    inside,
    permit,
    ask(name, signal) {
      const turn = name.startsWith('r') ? lock.acquireRead({ signal }) : lock.acquireWrite({ signal });
      turn.then(
        (given) => {
          inside.push(name);
          permits.set(name, given);
        },
        () => undefined,
      );
    },
    leave(name) {
      permit(name).release();
      inside.splice(inside.indexOf(name), 1);
    },
  };
}

describe('RwLock', () => {
  it('lets readers in together, and a writer alone', async () => {
    const { lock, inside, ask, leave } = stage();
    ask('r1');
    ask('r2');
    ask('w1');
    ask('w2');
    await tick();
    expect([inside, lock.readers, lock.isWriting, lock.waiting]).toEqual([['r1', 'r2'], 2, false, 2]);
    leave('r1');
    await tick();
    expect([inside, lock.isWriting]).toEqual([['r2'], false]);
    leave('r2');
    expect([lock.readers, lock.isWriting, lock.waiting]).toEqual([0, true, 1]);
    await tick();
    expect(inside).toEqual(['w1']);
    leave('w1');
    await tick();
    expect(inside).toEqual(['w2']);
    leave('w2');
    expect([lock.readers, lock.isWriting, lock.waiting]).toEqual([0, false, 0]);
  });

  it('lets a waiting writer go before readers that come later', async () => {
    const { lock, inside, ask, leave } = stage();
    ask('r1');
    ask('w1');
    ask('r2');
    await tick();
    expect([inside, lock.tryAcquireRead()]).toEqual([['r1'], undefined]);
    leave('r1');
    await tick();
    expect(inside).toEqual(['w1']);
  });

  it('does not starve readers: all that wait when a writer goes come in before the next writer', async () => {
    const { lock, inside, ask, leave } = stage();
    for (const name of ['w1', 'w2', 'r1', 'w3', 'r2']) ask(name);
    await tick();
    leave('w1');
    ask('r3');
    await tick();
    expect([inside, lock.waiting]).toEqual([['r1', 'r2'], 3]);
    leave('r1');
    leave('r2');
    await tick();
    expect(inside).toEqual(['w2']);
    leave('w2');
    await tick();
    expect(inside).toEqual(['r3']);
    leave('r3');
    await tick();
    expect([inside, lock.waiting]).toEqual([['w3'], 0]);
  });

  it('hands a freed place on at once: nobody who comes in the same tick can take it', async () => {
    const { lock, ask, leave } = stage();
    ask('w1');
    ask('w2');
    await tick();
    leave('w1');
    expect([lock.isWriting, lock.tryAcquireWrite(), lock.tryAcquireRead()]).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it('gives a permit now or none', () => {
    const lock = new RwLock();
    const reading = lock.tryAcquireRead();
    const second = lock.tryAcquireRead();
    expect([reading?.mode, second?.mode, lock.tryAcquireWrite()]).toEqual(['read', 'read', undefined]);
    reading?.release();
    expect(lock.tryAcquireWrite()).toBeUndefined();
    second?.release();
    const writing = lock.tryAcquireWrite();
    expect([writing?.mode, lock.tryAcquireRead(), lock.tryAcquireWrite()]).toEqual([
      'write',
      undefined,
      undefined,
    ]);
    writing?.release();
    expect(lock.tryAcquireRead()?.mode).toBe('read');
  });

  it('counts a release once, however often it is called, also through using', async () => {
    const lock = new RwLock();
    const [one] = [await lock.acquireRead(), await lock.acquireRead()];
    one.release();
    one.release();
    expect([one.mode, lock.readers]).toEqual(['released', 1]);
    const second = new RwLock();
    {
      using permit = await second.acquireWrite();
      expect([permit.mode, second.isWriting]).toEqual(['write', true]);
    }
    expect(second.isWriting).toBe(false);
  });

  it('lets an aborted writer go at once, and the readers in that waited behind it', async () => {
    const { lock, inside, ask } = stage();
    const stop = new AbortController();
    ask('r1');
    ask('w1', stop.signal);
    ask('r2');
    await tick();
    stop.abort();
    expect([lock.readers, lock.waiting]).toEqual([2, 0]);
    await tick();
    expect(inside).toEqual(['r1', 'r2']);
  });

  it('keeps readers behind another writer when one of two gives up', async () => {
    const { lock, inside, ask, leave } = stage();
    const stop = new AbortController();
    for (const name of ['r1', 'w1']) ask(name, name === 'w1' ? stop.signal : undefined);
    ask('w2');
    ask('r2');
    await tick();
    stop.abort();
    expect([lock.readers, lock.waiting]).toEqual([1, 2]);
    leave('r1');
    await tick();
    expect(inside).toEqual(['w2']);
  });

  it('lets nobody in for one that gives up while a writer is inside', async () => {
    const { lock, inside, ask, leave } = stage();
    const stop = new AbortController();
    ask('w1');
    ask('r1', stop.signal);
    ask('w2', stop.signal);
    ask('r2');
    await tick();
    stop.abort();
    await tick();
    expect([inside, lock.waiting]).toEqual([['w1'], 1]);
    leave('w1');
    await tick();
    expect(inside).toEqual(['r2']);
  });

  it('takes nothing for a signal that has aborted', async () => {
    const lock = new RwLock();
    const signal = AbortSignal.abort(new Error('already'));
    let isStarted = false;
    const start = (): void => void (isStarted = true);
    for (const turn of [
      lock.acquireRead({ signal }),
      lock.acquireWrite({ signal }),
      lock.read(start, { signal }),
      lock.write(start, { signal }),
    ]) {
      await expect(turn).rejects.toThrow('already');
    }
    expect([isStarted, lock.readers, lock.isWriting, lock.waiting]).toEqual([false, 0, false, 0]);
  });

  it('ignores an abort that comes after the permit was handed over', async () => {
    const { lock, ask, leave, inside } = stage();
    const stop = new AbortController();
    ask('w1');
    ask('r1', stop.signal);
    await tick();
    leave('w1');
    stop.abort();
    await tick();
    expect([inside, lock.readers]).toEqual([['r1'], 1]);
  });
});

describe('RwLock.read and write', () => {
  it('start at once when they may, and give back however the work ends', async () => {
    const lock = new RwLock();
    const seen: unknown[] = [];
    const reading = lock.read((permit) => {
      seen.push(permit.mode, lock.readers);
      return 7;
    });
    expect([seen, await reading]).toEqual([['read', 1], 7]);
    await expect(
      lock.write((permit) => {
        seen.push(permit.mode, lock.isWriting);
        throw new Error('thrown');
      }),
    ).rejects.toThrow('thrown');
    expect(seen.slice(2)).toEqual(['write', true]);
    await expect(lock.read(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    expect([lock.readers, lock.isWriting]).toEqual([0, false]);
  });

  it('wait for their turn', async () => {
    const lock = new RwLock();
    const log: string[] = [];
    const work = Promise.withResolvers<void>();
    const writing = lock.write(() => work.promise);
    const waiting = [
      lock.read((permit) => log.push(permit.mode)),
      lock.write((permit) => log.push(permit.mode)),
    ];
    await tick();
    expect([log, lock.waiting]).toEqual([[], 2]);
    work.resolve();
    await Promise.all([writing, ...waiting]);
    expect([log, lock.readers, lock.isWriting]).toEqual([['read', 'write'], 0, false]);
  });

  it('do not start work whose asker went away in the instant it was let in', async () => {
    const lock = new RwLock();
    let isStarted = false;
    for (const form of ['read', 'write'] as const) {
      const held = await lock.acquireWrite();
      const stop = new AbortController();
      const running = lock[form](() => (isStarted = true), { signal: stop.signal });
      await tick();
      held.release();
      stop.abort(new Error('gave up'));
      await expect(running).rejects.toThrow('gave up');
    }
    expect([isStarted, lock.readers, lock.isWriting]).toEqual([false, 0, false]);
  });
});

describe('RwPermit.tryUpgrade', () => {
  it('makes the only reader the writer, before writers that wait', async () => {
    const { lock, inside, ask, permit, leave } = stage();
    for (const name of ['r1', 'w1', 'r2']) ask(name);
    await tick();
    expect(permit('r1').tryUpgrade()).toBe(true);
    expect([permit('r1').mode, lock.readers, lock.isWriting, lock.waiting]).toEqual(['write', 0, true, 2]);
    await tick();
    expect(inside).toEqual(['r1']);
    leave('r1');
    await tick();
    expect(inside).toEqual(['w1']);
  });

  it('never blocks: of two readers neither gets it, and both go on reading', async () => {
    const { lock, ask, permit, leave } = stage();
    ask('r1');
    ask('r2');
    await tick();
    expect([permit('r1').tryUpgrade(), permit('r2').tryUpgrade()]).toEqual([false, false]);
    expect([permit('r1').mode, lock.readers]).toEqual(['read', 2]);
    leave('r1');
    expect(permit('r2').tryUpgrade()).toBe(true);
    expect(permit('r2').tryUpgrade()).toBe(true);
  });

  it('gives nothing to a permit that was released', () => {
    const lock = new RwLock();
    const permit = lock.tryAcquireRead();
    permit?.release();
    expect([permit?.tryUpgrade(), lock.isWriting]).toEqual([false, false]);
  });
});

describe('RwPermit.upgrade', () => {
  it('waits for the other readers to go, lets nobody new in, and goes before waiting writers', async () => {
    const { lock, inside, ask, permit, leave } = stage();
    for (const name of ['r1', 'r2', 'r3']) ask(name);
    await tick();
    let answer: boolean | undefined;
    const upgrading = permit('r1')
      .upgrade()
      .then((isWriter) => (answer = isWriter));
    ask('r4');
    ask('w1');
    await tick();
    expect([lock.waiting, lock.tryAcquireRead(), inside]).toEqual([3, undefined, ['r1', 'r2', 'r3']]);
    leave('r2');
    await tick();
    expect([answer, permit('r1').mode, lock.readers]).toEqual([undefined, 'read', 2]);
    leave('r3');
    expect([permit('r1').mode, lock.readers, lock.isWriting]).toEqual(['write', 0, true]);
    expect(await upgrading).toBe(true);
    leave('r1');
    await tick();
    expect(inside).toEqual(['w1']);
  });

  it.each(['release', 'downgrade'] as const)(
    'does not let readers that upgrade one after the other starve a writer: after one, by %s, it is the writer',
    async (end) => {
      const { inside, ask, leave, permit } = stage();
      ask('r1');
      ask('w1');
      await tick();
      expect(permit('r1').tryUpgrade()).toBe(true);
      ask('r2');
      if (end === 'downgrade') permit('r1').downgrade();
      await tick();
      expect(inside).toEqual(['r1']);
      leave('r1');
      await tick();
      expect(inside).toEqual(['w1']);
      leave('w1');
      await tick();
      expect(inside).toEqual(['r2']);
    },
  );

  it('never deadlocks two upgraders: the second is told so at once', async () => {
    const { lock, ask, permit, leave } = stage();
    ask('r1');
    ask('r2');
    await tick();
    const first = permit('r1').upgrade();
    expect(await permit('r2').upgrade()).toBe(false);
    expect([permit('r2').tryUpgrade(), permit('r2').mode, lock.waiting]).toEqual([false, 'read', 1]);
    leave('r2');
    expect(await first).toBe(true);
  });

  it('answers at once when there is nothing to wait for', async () => {
    const lock = new RwLock();
    const permit = await lock.acquireRead();
    await expect(permit.upgrade({ signal: AbortSignal.abort(new Error('already')) })).rejects.toThrow(
      'already',
    );
    expect(permit.mode).toBe('read');
    expect([await permit.upgrade(), permit.mode]).toEqual([true, 'write']);
    expect(await permit.upgrade()).toBe(true);
    permit.release();
    expect([await permit.upgrade(), lock.isWriting]).toEqual([false, false]);
  });

  it('goes on reading when it is aborted, and the readers that waited behind it come in', async () => {
    const { lock, inside, ask, permit } = stage();
    ask('r1');
    ask('r2');
    await tick();
    const stop = new AbortController();
    const upgrading = permit('r1').upgrade({ signal: stop.signal });
    ask('r3');
    stop.abort(new Error('gave up'));
    await expect(upgrading).rejects.toThrow('gave up');
    expect([permit('r1').mode, lock.readers, lock.waiting, inside]).toEqual([
      'read',
      3,
      0,
      ['r1', 'r2', 'r3'],
    ]);
    await expect(permit('r1').upgrade({ signal: stop.signal })).rejects.toThrow('gave up');
    expect(lock.waiting).toBe(0);
  });

  it('keeps readers out when it is aborted while a writer waits', async () => {
    const { lock, ask, permit } = stage();
    ask('r1');
    ask('r2');
    await tick();
    const stop = new AbortController();
    const upgrading = permit('r1').upgrade({ signal: stop.signal });
    ask('w1');
    ask('r3');
    stop.abort(new Error('gave up'));
    await expect(upgrading).rejects.toThrow('gave up');
    expect([lock.readers, lock.waiting]).toEqual([2, 2]);
  });

  it('answers false when its permit is released meanwhile', async () => {
    const { lock, inside, ask, permit, leave } = stage();
    ask('r1');
    ask('r2');
    await tick();
    const upgrading = permit('r1').upgrade();
    ask('r3');
    leave('r1');
    expect(await upgrading).toBe(false);
    await tick();
    expect([inside, lock.readers, lock.waiting]).toEqual([['r2', 'r3'], 2, 0]);
  });
});

describe('RwPermit.downgrade', () => {
  it('goes on reading without letting a writer in between, and lets the waiting readers in', async () => {
    const { lock, inside, ask, permit, leave } = stage();
    for (const name of ['w1', 'w2', 'r1']) ask(name);
    await tick();
    permit('w1').downgrade();
    ask('r2');
    await tick();
    expect([permit('w1').mode, inside, lock.readers, lock.isWriting]).toEqual([
      'read',
      ['w1', 'r1'],
      2,
      false,
    ]);
    permit('w1').downgrade();
    leave('w1');
    leave('r1');
    await tick();
    expect(inside).toEqual(['w2']);
  });

  it('does nothing to a permit that was released', async () => {
    const lock = new RwLock();
    const permit = await lock.acquireWrite();
    permit.release();
    permit.downgrade();
    expect([permit.mode, lock.readers]).toEqual(['released', 0]);
  });

  it('can be undone: one permit goes up and down', async () => {
    const lock = new RwLock();
    using permit = await lock.acquireWrite();
    permit.downgrade();
    expect(permit.tryUpgrade()).toBe(true);
    permit.downgrade();
    permit.release();
    expect([lock.readers, lock.isWriting]).toEqual([0, false]);
  });
});

describe('RwLock.close', () => {
  it('refuses everybody who waits or comes, and resolves when all are out', async () => {
    const lock = new RwLock();
    const [one, two] = [await lock.acquireRead(), await lock.acquireRead()];
    const waiting = [lock.acquireWrite(), lock.acquireRead(), lock.write(() => 1), one.upgrade()];
    let isDone = false;
    expect([lock.isClosed, lock.waiting]).toEqual([false, 4]);
    const closing = lock.close().then(() => (isDone = true));
    expect([lock.isClosed, lock.waiting]).toEqual([true, 0]);
    waiting.push(
      lock.acquireRead(),
      lock.acquireWrite(),
      lock.read(() => 1),
      one.upgrade(),
    );
    for (const turn of waiting) await expect(turn).rejects.toThrow(new SyncClosedError('read-write lock'));
    expect([lock.tryAcquireRead(), lock.tryAcquireWrite(), lock.readers, one.mode]).toEqual([
      undefined,
      undefined,
      2,
      'read',
    ]);
    one.release();
    await tick();
    expect(isDone).toBe(false);
    two.release();
    await closing;
    expect([lock.tryAcquireRead(), lock.tryAcquireWrite()]).toEqual([undefined, undefined]);
  });

  it('waits for a writer, also one that was let in by an upgrade, and through await using', async () => {
    const lock = new RwLock();
    const writing = await lock.acquireWrite();
    let isDone = false;
    const closing = lock.close().then(() => (isDone = true));
    await tick();
    writing.downgrade();
    await tick();
    expect([isDone, writing.tryUpgrade()]).toEqual([false, true]);
    await tick();
    expect(isDone).toBe(false);
    const again = lock[Symbol.asyncDispose]();
    expect(again).toBeInstanceOf(Promise);
    writing.release();
    await Promise.all([closing, again]);
  });

  it('is done at once when nobody is inside', async () => {
    await using lock = new RwLock();
    await lock.close();
    expect(lock.isClosed).toBe(true);
  });
});

describe('RwLock, watched', () => {
  it('tells who holds and who waits, as it happens', async () => {
    const lock = new RwLock();
    const log: unknown[][] = [];
    const names = new Map<object, string>();
    const counts = { permit: 0, waiter: 0 };
    const name = (object: object | undefined, kind: 'permit' | 'waiter'): string | undefined => {
      if (object !== undefined && !names.has(object)) names.set(object, `${kind} ${counts[kind]++}`);
      return object && names.get(object);
    };
    const observer: LockObserver = {
      acquired: (permit, weight, mode) => log.push(['acquired', name(permit, 'permit'), weight, mode]),
      released: (permit) => log.push(['released', name(permit, 'permit')]),
      blocked: (waiter, weight, mode) => log.push(['blocked', name(waiter, 'waiter'), weight, mode]),
      unblocked: (waiter, permit) => log.push(['unblocked', name(waiter, 'waiter'), name(permit, 'permit')]),
    };
    lock[observe](observer);
    const told = (): unknown[][] => log.splice(0);

    const [zero, one] = [await lock.acquireRead(), await lock.acquireRead()];
    void zero.upgrade();
    const two = lock.acquireRead();
    expect(told()).toEqual([
      ['acquired', 'permit 0', 1, 'shared'],
      ['acquired', 'permit 1', 1, 'shared'],
      ['blocked', 'waiter 0', 1, 'upgrade'],
      ['blocked', 'waiter 1', 1, 'shared'],
    ]);
    one.release();
    zero.downgrade();
    (await two).release();
    expect(told()).toEqual([
      ['released', 'permit 1'],
      ['unblocked', 'waiter 0', 'permit 0'],
      ['acquired', 'permit 0', 1, 'shared'],
      ['unblocked', 'waiter 1', 'permit 2'],
      ['released', 'permit 2'],
    ]);
    expect(zero.tryUpgrade()).toBe(true);
    const three = lock.acquireWrite();
    const stop = new AbortController();
    lock.acquireRead({ signal: stop.signal }).catch(() => undefined);
    lock.acquireRead({ signal: AbortSignal.abort() }).catch(() => undefined);
    stop.abort();
    zero.release();
    (await three).release();
    expect(told()).toEqual([
      ['acquired', 'permit 0', 1, 'exclusive'],
      ['blocked', 'waiter 2', 1, 'exclusive'],
      ['blocked', 'waiter 3', 1, 'shared'],
      ['unblocked', 'waiter 3', undefined],
      ['released', 'permit 0'],
      ['unblocked', 'waiter 2', 'permit 3'],
      ['released', 'permit 3'],
    ]);
    const five = lock.tryAcquireWrite();
    lock.acquireWrite().catch(() => undefined);
    const closing = lock.close();
    five?.release();
    await closing;
    expect(told()).toEqual([
      ['acquired', 'permit 4', 1, 'exclusive'],
      ['blocked', 'waiter 4', 1, 'exclusive'],
      ['unblocked', 'waiter 4', undefined],
      ['released', 'permit 4'],
    ]);
  });

  it('tells of an upgrade that was given up by a release or an abort', async () => {
    const lock = new RwLock();
    const log: string[] = [];
    const [one] = [await lock.acquireRead(), await lock.acquireRead()];
    lock[observe]({
      acquired: () => log.push('acquired'),
      released: () => log.push('released'),
      blocked: (_waiter, _weight, mode) => log.push(`blocked ${mode}`),
      unblocked: (_waiter, permit) => log.push(`unblocked ${permit === undefined}`),
    });
    const stop = new AbortController();
    const aborted = one.upgrade({ signal: stop.signal });
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    const upgrading = one.upgrade();
    one.release();
    expect(await upgrading).toBe(false);
    expect(log).toEqual([
      'blocked upgrade',
      'unblocked true',
      'blocked upgrade',
      'unblocked true',
      'released',
    ]);
    lock[observe](undefined);
    lock.tryAcquireRead();
    expect(log.length).toBe(5);
  });
});
