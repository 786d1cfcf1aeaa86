import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { Barrier } from './barrier.ts';
import { BarrierBrokenError } from './barrier-broken-error.ts';
import { SyncClosedError } from './sync-closed-error.ts';

/** Arrives and writes down how it ended. */
function arrive(barrier: Barrier, log: unknown[], name: string, signal?: AbortSignal): void {
  barrier.wait(signal).then(
    (place) => log.push(`${name}:${place}`),
    (error: Error) => log.push(`${name}:${error.message}`),
  );
}

describe('Barrier', () => {
  it('holds everybody until the last has come, and tells each its place', async () => {
    const barrier = new Barrier(3);
    const log: unknown[] = [];
    arrive(barrier, log, 'a');
    arrive(barrier, log, 'b');
    await tick();
    expect([log, barrier.waiting, barrier.generation]).toEqual([[], 2, 0]);
    arrive(barrier, log, 'c');
    expect([barrier.waiting, barrier.generation]).toEqual([0, 1]);
    await tick();
    expect(log).toEqual(['a:0', 'b:1', 'c:2']);
  });

  it('begins anew each time: a later generation is not let through with an earlier one', async () => {
    const barrier = new Barrier(2);
    const log: unknown[] = [];
    for (const name of ['a', 'b', 'c']) arrive(barrier, log, name);
    await tick();
    expect([log, barrier.waiting]).toEqual([['a:0', 'b:1'], 1]);
    arrive(barrier, log, 'd');
    await tick();
    expect([log, barrier.generation]).toEqual([['a:0', 'b:1', 'c:0', 'd:1'], 2]);
  });

  it('never holds back a party of one', async () => {
    const barrier = new Barrier(1);
    expect([await barrier.wait(), await barrier.wait(), barrier.generation]).toEqual([0, 0, 2]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d parties', (parties) => {
    expect(() => new Barrier(parties)).toThrow(
      new RangeError(`parties must be a whole number from 1, not ${parties}`),
    );
  });
});

describe('Barrier, aborted', () => {
  it('breaks: nobody waits for one that will not come, now or later', async () => {
    const barrier = new Barrier(3);
    const stop = new AbortController();
    const reason = new Error('gave up');
    const [aborted, other] = [barrier.wait(stop.signal), barrier.wait()];
    expect(barrier.isBroken).toBe(false);
    stop.abort(reason);
    expect([barrier.isBroken, barrier.waiting]).toEqual([true, 0]);
    await expect(aborted).rejects.toBe(reason);
    await expect(other).rejects.toMatchObject({
      name: 'BarrierBrokenError',
      code: 'barrier_broken',
      message: 'the barrier is broken',
      cause: reason,
    });
    await expect(barrier.wait()).rejects.toMatchObject({ code: 'barrier_broken', cause: reason });
    expect([barrier.waiting, barrier.generation]).toEqual([0, 0]);
  });

  it('breaks also by a party that came with a signal that had aborted', async () => {
    const barrier = new Barrier(2);
    const waiting = barrier.wait();
    await expect(barrier.wait(AbortSignal.abort(new Error('already')))).rejects.toThrow('already');
    await expect(waiting).rejects.toThrow(BarrierBrokenError);
    expect(barrier.isBroken).toBe(true);
  });

  it('keeps the first reason, and refuses those with a signal of their own for it', async () => {
    const barrier = new Barrier(4);
    const [one, shared] = [new AbortController(), new AbortController()];
    const turns = [barrier.wait(one.signal), barrier.wait(shared.signal), barrier.wait(shared.signal)];
    shared.abort(new Error('shared'));
    one.abort(new Error('late'));
    const ends = await Promise.allSettled(turns);
    expect(ends.map((end) => end.status === 'rejected' && end.reason.message)).toEqual([
      'the barrier is broken',
      'shared',
      'shared',
    ]);
    await expect(barrier.wait()).rejects.toMatchObject({ cause: new Error('shared') });
  });

  it('with `leave`, gives its place to whoever comes next', async () => {
    const barrier = new Barrier(2, { whenAborted: 'leave' });
    const log: unknown[] = [];
    const stop = new AbortController();
    arrive(barrier, log, 'a', stop.signal);
    stop.abort(new Error('gave up'));
    arrive(barrier, log, 'already', AbortSignal.abort(new Error('already')));
    arrive(barrier, log, 'b');
    await tick();
    expect([log, barrier.waiting, barrier.isBroken]).toEqual([['a:gave up', 'already:already'], 1, false]);
    arrive(barrier, log, 'c');
    await tick();
    expect(log.slice(2)).toEqual(['b:0', 'c:1']);
  });

  it('breaks with `break` as by default', async () => {
    const barrier = new Barrier(2, { whenAborted: 'break' });
    await expect(barrier.wait(AbortSignal.abort())).rejects.toThrow();
    expect(barrier.isBroken).toBe(true);
  });

  it('ignores an abort that comes after everybody has', async () => {
    const barrier = new Barrier(2);
    const stop = new AbortController();
    const turns = [barrier.wait(stop.signal), barrier.wait(stop.signal)];
    stop.abort();
    expect([await Promise.all(turns), barrier.isBroken]).toEqual([[0, 1], false]);
  });
});

describe('Barrier.reset', () => {
  it('refuses those who wait and lets a broken barrier be used again', async () => {
    const barrier = new Barrier(2);
    await expect(barrier.wait(AbortSignal.abort())).rejects.toThrow();
    barrier.reset();
    expect(barrier.isBroken).toBe(false);
    const waiting = barrier.wait();
    barrier.reset();
    await expect(waiting).rejects.toMatchObject({ code: 'barrier_broken', cause: undefined });
    const log: unknown[] = [];
    arrive(barrier, log, 'a');
    arrive(barrier, log, 'b');
    await tick();
    expect(log).toEqual(['a:0', 'b:1']);
  });
});

describe('Barrier.close', () => {
  it('refuses whoever waits or comes, for ever', async () => {
    const barrier = new Barrier(2);
    const waiting = barrier.wait();
    barrier.close();
    barrier.close();
    barrier.reset();
    await expect(waiting).rejects.toThrow(new SyncClosedError('barrier'));
    await expect(barrier.wait()).rejects.toMatchObject({
      code: 'sync_closed',
      message: 'the barrier is closed',
    });
    let scopedTurn: Promise<number> | undefined;
    {
      using scoped = new Barrier(2);
      scopedTurn = scoped.wait();
    }
    await expect(scopedTurn).rejects.toThrow('closed');
  });
});

describe('Barrier, with an action', () => {
  it('acts before anybody goes on, once a generation', async () => {
    const log: unknown[] = [];
    const acting = Promise.withResolvers<void>();
    const barrier = new Barrier(2, {
      action: (generation) => {
        log.push(`action ${generation}`);
        return acting.promise;
      },
    });
    arrive(barrier, log, 'a');
    arrive(barrier, log, 'b');
    await tick();
    expect([log, barrier.waiting, barrier.generation]).toEqual([['action 0'], 0, 0]);
    acting.resolve();
    await tick();
    expect([log, barrier.generation]).toEqual([['action 0', 'a:0', 'b:1'], 1]);
    arrive(barrier, log, 'c');
    arrive(barrier, log, 'd');
    await tick();
    expect(log.slice(3)).toEqual(['action 1', 'c:0', 'd:1']);
  });

  it('never lets two actions overlap: who comes meanwhile waits, whole generations one after the other', async () => {
    const log: unknown[] = [];
    const actions: PromiseWithResolvers<void>[] = [];
    const barrier = new Barrier(2, {
      action: (generation) => {
        log.push(`action ${generation}`);
        actions.push(Promise.withResolvers());
        return actions.at(-1)?.promise;
      },
    });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) arrive(barrier, log, name);
    await tick();
    expect([log, barrier.waiting]).toEqual([['action 0'], 5]);
    actions[0]?.resolve();
    await tick();
    expect([log.slice(1), barrier.waiting]).toEqual([['action 1', 'a:0', 'b:1'], 3]);
    actions[1]?.resolve();
    await tick();
    actions[2]?.resolve();
    await tick();
    expect(log.slice(4)).toEqual(['action 2', 'c:0', 'd:1', 'e:0', 'f:1']);
    expect([barrier.waiting, actions.length]).toEqual([1, 3]);
    arrive(barrier, log, 'h');
    await tick();
    expect([barrier.waiting, actions.length]).toEqual([0, 4]);
  });

  it('acts for a generation that became complete while the action ran, with nobody left over', async () => {
    const acting = Promise.withResolvers<void>();
    const barrier = new Barrier(2, { action: () => acting.promise });
    const log: unknown[] = [];
    for (const name of ['a', 'b', 'c', 'd']) arrive(barrier, log, name);
    acting.resolve();
    await tick();
    expect([log, barrier.generation]).toEqual([['a:0', 'b:1', 'c:0', 'd:1'], 2]);
  });

  it.each(['throws', 'rejects'])('breaks when the action %s, with its error as the cause', async (how) => {
    const failure = new Error('action failed');
    let isFailing = true;
    const barrier = new Barrier(2, {
      action: () => {
        if (!isFailing) return undefined;
        if (how === 'throws') throw failure;
        return Promise.reject(failure);
      },
    });
    const turns = await Promise.allSettled([barrier.wait(), barrier.wait(), barrier.wait()]);
    for (const end of turns) {
      expect(end).toMatchObject({ status: 'rejected', reason: { code: 'barrier_broken', cause: failure } });
    }
    expect([barrier.isBroken, barrier.generation, barrier.waiting]).toEqual([true, 0, 0]);
    barrier.reset();
    isFailing = false;
    expect(await Promise.all([barrier.wait(), barrier.wait()])).toEqual([0, 1]);
  });

  it('holds nobody back for one that leaves while the action runs: all have arrived', async () => {
    const acting = Promise.withResolvers<void>();
    const barrier = new Barrier(3, { action: () => acting.promise });
    const log: unknown[] = [];
    const stop = new AbortController();
    arrive(barrier, log, 'a', stop.signal);
    arrive(barrier, log, 'b');
    arrive(barrier, log, 'c');
    stop.abort(new Error('gave up'));
    await tick();
    expect([log, barrier.isBroken]).toEqual([['a:gave up'], false]);
    acting.resolve();
    await tick();
    expect(log).toEqual(['a:gave up', 'b:0', 'c:1']);
  });

  it('goes on with those whose action runs when the next generation breaks or is reset', async () => {
    const acting = Promise.withResolvers<void>();
    const barrier = new Barrier(2, { action: () => acting.promise });
    const log: unknown[] = [];
    arrive(barrier, log, 'a');
    arrive(barrier, log, 'b');
    const stop = new AbortController();
    arrive(barrier, log, 'c', stop.signal);
    stop.abort(new Error('gave up'));
    expect(barrier.isBroken).toBe(true);
    barrier.reset();
    acting.resolve();
    await tick();
    expect(log).toEqual(['c:gave up', 'a:0', 'b:1']);
  });

  it('refuses also those whose action runs when it is closed', async () => {
    const acting = Promise.withResolvers<void>();
    const barrier = new Barrier(1, { action: () => acting.promise });
    const waiting = barrier.wait();
    barrier.close();
    await expect(waiting).rejects.toThrow(new SyncClosedError('barrier'));
    acting.resolve();
    await tick();
    await expect(barrier.wait()).rejects.toThrow(SyncClosedError);
  });
});

describe('Barrier, for any sequence of steps', () => {
  it('does what an array and a counter do', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ type: fc.constant('wait' as const) }) },
      { weight: 2, arbitrary: fc.record({ type: fc.constant('abort' as const), pick: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant('reset' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('break' as const, 'leave' as const),
        fc.array(step, { maxLength: 50 }),
        async (parties, whenAborted, steps) => {
          const barrier = new Barrier(parties, { whenAborted });
          const ends: string[] = [];
          const expected: string[] = [];
          let line: { id: number; stop: AbortController }[] = [];
          let isBroken = false;
          let generation = 0;
          let ids = 0;
          const breakAll = (): void => {
            for (const { id } of line) expected.push(`${id}:barrier_broken`);
            line = [];
          };
          for (const current of steps) {
            if (current.type === 'wait') {
              const entry = { id: ids++, stop: new AbortController() };
              barrier.wait(entry.stop.signal).then(
                (place) => ends.push(`${entry.id}:${place}`),
                (error) => ends.push(`${entry.id}:${error.code}`),
              );
              if (isBroken) expected.push(`${entry.id}:barrier_broken`);
              else line.push(entry);
              if (line.length === parties) {
                generation++;
                line.forEach(({ id }, place) => expected.push(`${id}:${place}`));
                line = [];
              }
            } else if (current.type === 'abort') {
              const picked = line[current.pick % Math.max(1, line.length)];
              if (picked === undefined) continue;
              line = line.filter((entry) => entry !== picked);
              picked.stop.abort({ code: 'aborted' });
              expected.push(`${picked.id}:aborted`);
              isBroken ||= whenAborted === 'break';
              if (isBroken) breakAll();
            } else {
              barrier.reset();
              isBroken = false;
              breakAll();
            }
            expect([barrier.waiting, barrier.generation, barrier.isBroken]).toEqual([
              line.length,
              generation,
              isBroken,
            ]);
          }
          await tick();
          expect(ends.toSorted()).toEqual(expected.toSorted());
        },
      ),
      { numRuns: 150 },
    );
  });
});
