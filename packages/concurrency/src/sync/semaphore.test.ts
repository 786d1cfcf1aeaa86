import { describe, expect, it } from 'vitest';
import { type LockObserver, observe } from '../inspect/observe.ts';
import { tick } from '../time/manual-clock.ts';
import { Semaphore } from './semaphore.ts';
import { SyncClosedError } from './sync-closed-error.ts';

describe('Semaphore', () => {
  it('hands permits out up to its capacity, then in order of arrival', async () => {
    const semaphore = new Semaphore(2);
    const [first, second] = await Promise.all([semaphore.acquire(), semaphore.acquire()]);
    const order: number[] = [];
    const waiting = [3, 4].map((n) => semaphore.acquire().then(() => order.push(n)));
    await tick();
    expect([semaphore.available, semaphore.waiting, order]).toEqual([0, 2, []]);
    second.release();
    await tick();
    expect([semaphore.waiting, order]).toEqual([1, [3]]);
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual([3, 4]);
  });

  it('hands a freed slot to the first waiter: a caller arriving in the same tick cannot take it', async () => {
    const semaphore = new Semaphore(1);
    const held = await semaphore.acquire();
    const order: string[] = [];
    const pass = async (name: string): Promise<void> => {
      using _permit = await semaphore.acquire();
      order.push(name);
    };
    const waiting = pass('waited');
    await tick();
    held.release();
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 0]);
    expect(semaphore.tryAcquire()).toBeUndefined();
    const late = pass('late');
    const run = semaphore.run(() => order.push('run'));
    await Promise.all([waiting, late, run]);
    expect(order).toEqual(['waited', 'late', 'run']);
  });

  it('lets an aborted waiter leave at once, not when its turn comes', async () => {
    const semaphore = new Semaphore(1);
    const held = await semaphore.acquire();
    const stop = new AbortController();
    const waiting = semaphore.acquire({ signal: stop.signal });
    expect(semaphore.waiting).toBe(1);
    stop.abort(new Error('gave up'));
    expect(semaphore.waiting).toBe(0);
    await expect(waiting).rejects.toThrow('gave up');
    held.release();
    expect(semaphore.available).toBe(1);
  });

  it('serves those behind a heavy waiter that gave up', async () => {
    const semaphore = new Semaphore(3);
    await semaphore.acquire({ weight: 2 });
    const stop = new AbortController();
    const heavy = semaphore.acquire({ weight: 3, signal: stop.signal });
    const light = semaphore.acquire();
    await tick();
    expect(semaphore.waiting).toBe(2);
    stop.abort(new Error('gave up'));
    await expect(heavy).rejects.toThrow('gave up');
    await light;
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 0]);
  });

  it('gives nothing to a waiter whose signal aborts together with that of the one before it', async () => {
    const semaphore = new Semaphore(2);
    await semaphore.acquire();
    const stop = new AbortController();
    const turns = [
      semaphore.acquire({ weight: 2, signal: stop.signal }),
      semaphore.acquire({ weight: 1, signal: stop.signal }),
    ];
    stop.abort(new Error('all'));
    const ends = await Promise.allSettled(turns);
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected']);
    expect(semaphore.available).toBe(1);
  });

  it('does not let light askers overtake a heavy one, however they ask', async () => {
    const semaphore = new Semaphore(2);
    const one = await semaphore.acquire();
    const order: string[] = [];
    const heavy = semaphore.acquire({ weight: 2 }).then((permit) => {
      order.push('heavy');
      permit.release();
    });
    const light = semaphore.acquire().then(() => order.push('light'));
    const run = semaphore.run(() => order.push('run'));
    expect(semaphore.available).toBe(1);
    expect(semaphore.tryAcquire()).toBeUndefined();
    one.release();
    await Promise.all([heavy, light, run]);
    expect(order).toEqual(['heavy', 'light', 'run']);
  });

  it('serves as many of those in line as fit, and stops at the first that does not', async () => {
    const semaphore = new Semaphore(5);
    const all = await semaphore.acquire({ weight: 5 });
    const order: number[] = [];
    const wait = (weight: number): Promise<unknown> =>
      semaphore.acquire({ weight }).then(() => order.push(weight));
    const served = [wait(2), wait(1)];
    void wait(3);
    void wait(1);
    all.release();
    await Promise.all(served);
    await tick();
    expect([order, semaphore.available, semaphore.waiting]).toEqual([[2, 1], 2, 2]);
  });

  it('counts a release once, however often it is called, also through using', async () => {
    const semaphore = new Semaphore(3);
    const permit = await semaphore.acquire({ weight: 2 });
    expect([permit.isHeld, permit.weight, semaphore.available]).toEqual([true, 2, 1]);
    permit.release();
    permit.release();
    expect([permit.isHeld, semaphore.available]).toEqual([false, 3]);
    {
      using again = await semaphore.acquire();
      expect([again.isHeld, semaphore.available]).toEqual([true, 2]);
    }
    expect(semaphore.available).toBe(3);
  });

  it('ignores an abort that comes after the permit was handed over', async () => {
    const semaphore = new Semaphore(1);
    const stop = new AbortController();
    const permit = await semaphore.acquire({ signal: stop.signal });
    const next = semaphore.acquire({ signal: stop.signal });
    permit.release();
    stop.abort();
    expect(semaphore.available).toBe(0);
    (await next).release();
    expect(semaphore.available).toBe(1);
  });

  it.each([0, -1, 1.5, Number.NaN, Infinity])('refuses a capacity of %d', (capacity) => {
    expect(() => new Semaphore(capacity)).toThrow(
      new RangeError(`capacity must be a whole number from 1, not ${capacity}`),
    );
  });

  it.each([0, -1, 0.5, 1.5, 3, Number.NaN])(
    'refuses a weight of %d of 2, whichever way it is asked',
    async (weight) => {
      const semaphore = new Semaphore(2);
      const refusal = new RangeError(`weight must be a whole number from 1 to 2, not ${weight}`);
      await expect(semaphore.acquire({ weight })).rejects.toThrow(refusal);
      await expect(semaphore.run(() => 1, { weight })).rejects.toThrow(refusal);
      expect(() => semaphore.tryAcquire(weight)).toThrow(refusal);
      expect([semaphore.available, semaphore.waiting]).toEqual([2, 0]);
    },
  );

  it('gives the whole capacity to one that asks for it', async () => {
    const semaphore = new Semaphore(2);
    const permit = semaphore.tryAcquire(2);
    expect([permit?.weight, semaphore.available]).toEqual([2, 0]);
    expect(semaphore.tryAcquire(2)).toBeUndefined();
    permit?.release();
    expect((await semaphore.acquire({ weight: 2 })).weight).toBe(2);
  });

  it('takes nothing for a signal that has aborted', async () => {
    const semaphore = new Semaphore(2);
    const signal = AbortSignal.abort(new Error('already'));
    let isStarted = false;
    await expect(semaphore.acquire({ signal })).rejects.toThrow('already');
    await expect(semaphore.run(() => (isStarted = true), { signal })).rejects.toThrow('already');
    expect([isStarted, semaphore.available, semaphore.waiting]).toEqual([false, 2, 0]);
  });
});

describe('Semaphore.run', () => {
  it('gives the permit back when the work rejects or throws: the pool is not stuck', async () => {
    const semaphore = new Semaphore(1);
    await expect(semaphore.run(() => Promise.reject(new Error('rejected')))).rejects.toThrow('rejected');
    await expect(
      semaphore.run(() => {
        throw new Error('thrown');
      }),
    ).rejects.toThrow('thrown');
    expect(await semaphore.run(() => 7)).toBe(7);
    expect(semaphore.available).toBe(1);
  });

  it('starts at once when it can, holds its weight while it works, and waits when it cannot', async () => {
    const semaphore = new Semaphore(3);
    const work = Promise.withResolvers<string>();
    const log: string[] = [];
    const first = semaphore.run(
      () => {
        log.push('first');
        return work.promise;
      },
      { weight: 2 },
    );
    const second = semaphore.run(() => log.push('second'), { weight: 2 });
    expect([log, semaphore.available, semaphore.waiting]).toEqual([['first'], 1, 1]);
    work.resolve('done');
    expect(await first).toBe('done');
    await second;
    expect([log, semaphore.available]).toEqual([['first', 'second'], 3]);
  });

  it('does not start work whose asker went away in the instant it was handed the permit', async () => {
    const semaphore = new Semaphore(1);
    const held = await semaphore.acquire();
    const stop = new AbortController();
    let isStarted = false;
    const running = semaphore.run(() => (isStarted = true), { signal: stop.signal });
    await tick();
    held.release();
    stop.abort(new Error('gave up'));
    await expect(running).rejects.toThrow('gave up');
    expect([isStarted, semaphore.available]).toEqual([false, 1]);
  });
});

describe('Semaphore.close', () => {
  it('refuses everybody in line and all who come, and resolves when everything was given back', async () => {
    const semaphore = new Semaphore(3);
    const [one, two] = [await semaphore.acquire(), await semaphore.acquire({ weight: 2 })];
    const waiting = [semaphore.acquire(), semaphore.run(() => 1)];
    let isDone = false;
    expect(semaphore.isClosed).toBe(false);
    const closing = semaphore.close().then(() => (isDone = true));
    expect([semaphore.isClosed, semaphore.waiting]).toEqual([true, 0]);
    for (const turn of [...waiting, semaphore.acquire(), semaphore.run(() => 1)]) {
      await expect(turn).rejects.toThrow(new SyncClosedError('semaphore'));
    }
    two.release();
    expect(semaphore.tryAcquire()).toBeUndefined();
    await tick();
    expect([isDone, semaphore.available]).toEqual([false, 2]);
    one.release();
    await closing;
    expect(semaphore.tryAcquire()).toBeUndefined();
    expect(() => semaphore.tryAcquire(4)).toThrow(RangeError);
  });

  it('is done at once when nothing is held, also the second time and through await using', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.close();
    await semaphore.close();
    {
      await using scoped = new Semaphore(1);
      expect(scoped.isClosed).toBe(false);
      await scoped[Symbol.asyncDispose]();
      expect(scoped.isClosed).toBe(true);
    }
    await expect(semaphore.acquire()).rejects.toMatchObject({
      name: 'SyncClosedError',
      code: 'sync_closed',
      message: 'the semaphore is closed',
    });
  });
});

describe('Semaphore, watched', () => {
  it('tells who holds and who waits, as it happens', async () => {
    const semaphore = new Semaphore(3);
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
    semaphore[observe](observer);
    const told = (): unknown[][] => log.splice(0);

    const first = await semaphore.acquire({ weight: 2 });
    const second = semaphore.tryAcquire();
    expect(told()).toEqual([
      ['acquired', 'permit 0', 2, 'units'],
      ['acquired', 'permit 1', 1, 'units'],
    ]);
    const stop = new AbortController();
    const third = semaphore.acquire({ weight: 3 });
    semaphore.acquire({ signal: stop.signal }).catch(() => undefined);
    void semaphore.acquire({ signal: AbortSignal.abort() }).catch(() => undefined);
    expect(told()).toEqual([
      ['blocked', 'waiter 0', 3, 'units'],
      ['blocked', 'waiter 1', 1, 'units'],
    ]);
    stop.abort();
    second?.release();
    first.release();
    expect(told()).toEqual([
      ['unblocked', 'waiter 1', undefined],
      ['released', 'permit 1'],
      ['released', 'permit 0'],
      ['unblocked', 'waiter 0', 'permit 2'],
    ]);
    const refused = semaphore.acquire().catch(() => 'refused');
    const closing = semaphore.close();
    (await third).release();
    await closing;
    expect(await refused).toBe('refused');
    expect(told()).toEqual([
      ['blocked', 'waiter 2', 1, 'units'],
      ['unblocked', 'waiter 2', undefined],
      ['released', 'permit 2'],
    ]);
  });

  it('tells nothing any more to one that has left', async () => {
    const semaphore = new Semaphore(1);
    const log: string[] = [];
    const note = (): void => void log.push('told');
    semaphore[observe]({ acquired: note, released: note, blocked: note, unblocked: note });
    semaphore[observe](undefined);
    const permit = await semaphore.acquire();
    const waiting = semaphore.acquire();
    permit.release();
    (await waiting).release();
    expect(log).toEqual([]);
  });
});
