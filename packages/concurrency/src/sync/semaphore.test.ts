import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { type Release, Semaphore } from './semaphore.ts';

describe('Semaphore', () => {
  it('hands permits out up to its capacity, then in order of arrival', async () => {
    const semaphore = new Semaphore(2);
    const [first, second] = await Promise.all([semaphore.acquire(), semaphore.acquire()]);
    const order: number[] = [];
    const waiting = [3, 4].map((n) => semaphore.acquire().then(() => order.push(n)));
    await tick();
    expect([semaphore.available, semaphore.waiting, order]).toEqual([0, 2, []]);
    second();
    await tick();
    expect(order).toEqual([3]);
    first();
    await Promise.all(waiting);
    expect(order).toEqual([3, 4]);
  });

  it('hands a freed slot to the first waiter: a caller arriving in the same tick cannot take it', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const order: string[] = [];
    const pass = async (name: string): Promise<void> => {
      using _permit = await semaphore.acquire();
      order.push(name);
    };
    const waiting = pass('waited');
    await tick();
    release();
    expect(semaphore.tryAcquire()).toBeUndefined();
    const late = pass('late');
    await Promise.all([waiting, late]);
    expect(order).toEqual(['waited', 'late']);
  });

  it('lets an aborted waiter leave at once, not when its turn comes', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const stop = new AbortController();
    const waiting = semaphore.acquire({ signal: stop.signal });
    stop.abort(new Error('gave up'));
    expect(semaphore.waiting).toBe(0);
    await expect(waiting).rejects.toThrow('gave up');
    release();
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
    expect(semaphore.available).toBe(0);
  });

  it('does not let light askers overtake a heavy one', async () => {
    const semaphore = new Semaphore(2);
    const one = await semaphore.acquire();
    const order: string[] = [];
    const heavy = semaphore.acquire({ weight: 2 }).then((release) => {
      order.push('heavy');
      release();
    });
    const light = semaphore.acquire().then(() => order.push('light'));
    expect(semaphore.tryAcquire()).toBeUndefined();
    one();
    await Promise.all([heavy, light]);
    expect(order).toEqual(['heavy', 'light']);
  });

  it('counts a release once, however often it is called, also through using', async () => {
    const semaphore = new Semaphore(2);
    const release = await semaphore.acquire();
    release();
    release();
    expect(semaphore.available).toBe(2);
    {
      using _permit = await semaphore.acquire();
      expect(semaphore.available).toBe(1);
    }
    expect(semaphore.available).toBe(2);
  });

  it('ignores an abort that comes after the permit was handed over', async () => {
    const semaphore = new Semaphore(1);
    const stop = new AbortController();
    const release = await semaphore.acquire({ signal: stop.signal });
    stop.abort();
    expect(semaphore.available).toBe(0);
    release();
    expect(semaphore.available).toBe(1);
  });

  it('refuses what can never be served', async () => {
    expect(() => new Semaphore(0)).toThrow(RangeError);
    expect(() => new Semaphore(1.5)).toThrow(RangeError);
    const semaphore = new Semaphore(2);
    await expect(semaphore.acquire({ weight: 3 })).rejects.toThrow(RangeError);
    expect(() => semaphore.tryAcquire(0)).toThrow(RangeError);
    const stop = new AbortController();
    stop.abort(new Error('already'));
    await expect(semaphore.acquire({ signal: stop.signal })).rejects.toThrow('already');
    expect(semaphore.available).toBe(2);
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

  it('does not start work whose asker went away in the instant it was handed the permit', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const stop = new AbortController();
    let isStarted = false;
    const running = semaphore.run(() => (isStarted = true), { signal: stop.signal });
    await tick();
    release();
    stop.abort(new Error('gave up'));
    await expect(running).rejects.toThrow('gave up');
    expect([isStarted, semaphore.available]).toEqual([false, 1]);
  });
});

describe('Semaphore, for any sequence of steps', () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant('acquire' as const), weight: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ type: fc.constant('try' as const), weight: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ type: fc.constant('release' as const), pick: fc.nat() }),
    fc.record({ type: fc.constant('abort' as const), pick: fc.nat() }),
  );

  it('never exceeds its capacity, keeps the order, loses no unit and leaves nobody waiting', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 4, max: 6 }),
        fc.array(step, { maxLength: 60 }),
        async (capacity, steps) => {
          const semaphore = new Semaphore(capacity);
          const held: { weight: number; release: Release }[] = [];
          const inLine: { id: number; stop: AbortController }[] = [];
          const served: number[] = [];
          let id = 0;
          const heldUnits = (): number => held.reduce((sum, permit) => sum + permit.weight, 0);
          for (const current of steps) {
            if (current.type === 'acquire') {
              const asker = { id: id++, stop: new AbortController() };
              inLine.push(asker);
              const leave = (): void => void inLine.splice(inLine.indexOf(asker), 1);
              semaphore.acquire({ weight: current.weight, signal: asker.stop.signal }).then((release) => {
                leave();
                served.push(asker.id);
                held.push({ weight: current.weight, release });
              }, leave);
            } else if (current.type === 'try') {
              const release = semaphore.tryAcquire(current.weight);
              if (release !== undefined) held.push({ weight: current.weight, release });
            } else if (current.type === 'release' && held.length > 0) {
              held.splice(current.pick % held.length, 1)[0]?.release();
            } else if (current.type === 'abort' && inLine.length > 0) {
              inLine[current.pick % inLine.length]?.stop.abort(new Error('gave up'));
            }
            await Promise.resolve();
            await Promise.resolve();
            await Promise.resolve();
            expect(heldUnits() + semaphore.available).toBe(capacity);
            expect(semaphore.waiting).toBe(inLine.length);
          }
          expect(served).toEqual(served.toSorted((a, b) => a - b));
          while (held.length > 0) {
            held.pop()?.release();
            await tick();
          }
          expect([semaphore.available, semaphore.waiting]).toEqual([capacity, 0]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
