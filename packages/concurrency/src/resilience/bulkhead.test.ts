import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlockDetector } from '../inspect/deadlock-detector.ts';
import { observe } from '../inspect/observe.ts';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { BulkheadClosedError } from './bulkhead-closed-error.ts';
import { BulkheadFullError } from './bulkhead-full-error.ts';
import { type BulkheadLimits, BulkheadPartition } from './bulkhead-partition.ts';
import { Bulkhead } from './bulkhead.ts';

function partitionOf(limits: BulkheadLimits) {
  return new BulkheadPartition('api', limits);
}

/** So many turns of the microtask queue. */
async function turnsPass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

/** Work that runs until the test ends it. */
function heldWork() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let isStarted = false;
  return {
    work: () => ((isStarted = true), promise),
    end: resolve,
    fail: reject,
    get isStarted() {
      return isStarted;
    },
  };
}

describe('BulkheadPartition', () => {
  it('runs so many at once, lets so many wait, and refuses the rest at once', async () => {
    const partition = partitionOf({ maxConcurrent: 2, maxQueued: 1 });
    const works = [1, 2, 3].map(heldWork);
    const runs = works.map(({ work }) => partition.execute(work));
    expect([partition.running, partition.queued]).toEqual([2, 1]);
    const refused = partition.execute(() => 'too much');
    await expect(refused).rejects.toThrow(BulkheadFullError);
    await expect(refused).rejects.toMatchObject({
      code: 'bulkhead_full',
      partition: 'api',
      message: 'api is full: 2 running, 1 waiting',
    });
    expect(works.map(({ isStarted }) => isStarted)).toEqual([true, true, false]);
    works[0]?.end('first');
    await tick();
    expect(works[2]?.isStarted).toBe(true);
    works[1]?.end('second');
    works[2]?.end('third');
    expect(await Promise.all(runs)).toEqual(['first', 'second', 'third']);
    expect([partition.running, partition.queued]).toEqual([0, 0]);
  });

  it('lets nobody wait unless told so', async () => {
    const partition = partitionOf({ maxConcurrent: 1 });
    const held = heldWork();
    const running = partition.execute(held.work);
    await expect(partition.execute(() => 1)).rejects.toThrow(BulkheadFullError);
    held.end('done');
    expect(await running).toBe('done');
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'hands a freed slot to the first in line: newcomers %i turns later neither take it nor push them out',
    async (turns) => {
      const partition = partitionOf({ maxConcurrent: 1, maxQueued: 1 });
      const started: string[] = [];
      const enter = (name: string): Promise<number> =>
        partition.execute(() => tick().then(() => started.push(name)));
      const held = heldWork();
      const running = partition.execute(held.work);
      const accepted = enter('accepted');
      held.end('done');
      await turnsPass(turns);
      const newcomers = await Promise.allSettled([enter('newcomer'), enter('surplus')]);
      expect([await running, await accepted]).toEqual(['done', 1]);
      expect(newcomers[1].status).toBe('rejected');
      expect(started[0]).toBe('accepted');
    },
  );

  it('lets a waiter that aborts leave in that instant, and its place in line is free', async () => {
    const partition = partitionOf({ maxConcurrent: 1, maxQueued: 1 });
    const held = heldWork();
    const running = partition.execute(held.work);
    const stop = new AbortController();
    const gone = partition.execute(() => 'never', stop.signal);
    stop.abort(new Error('gave up'));
    // The slot is still taken: it has not waited for its turn to hear of it.
    await expect(gone).rejects.toThrow('gave up');
    expect([partition.running, partition.queued]).toEqual([1, 0]);
    await expect(partition.execute(() => 'never', stop.signal)).rejects.toThrow('gave up');
    const next = partition.execute(() => 'next');
    held.end('done');
    expect([await running, await next]).toEqual(['done', 'next']);
  });

  it('hands the slot on when its new holder aborts in the instant of the hand-over', async () => {
    const partition = partitionOf({ maxConcurrent: 2, maxQueued: 3 });
    const held = heldWork();
    const stop = new AbortController();
    let isStarted = false;
    // Both slots are freed together; the first who is served calls the second off before it can begin.
    const running = [partition.execute(held.work), partition.execute(held.work)];
    const first = partition.execute(() => stop.abort(new Error('gone')));
    const gone = expect(partition.execute(() => (isStarted = true), stop.signal)).rejects.toThrow('gone');
    const next = partition.execute(() => 'next');
    held.end('done');
    await Promise.all([...running, first, gone]);
    expect([await next, isStarted, partition.running]).toEqual(['next', false, 0]);
  });

  it('goes on after works that reject and works that throw', async () => {
    const partition = partitionOf({ maxConcurrent: 1, maxQueued: 5 });
    const failing = [
      partition.execute(() => Promise.reject(new Error('rejected'))),
      partition.execute(() => {
        throw new Error('thrown');
      }),
    ];
    const after = partition.execute(() => 'still running');
    await expect(failing[0]).rejects.toThrow('rejected');
    await expect(failing[1]).rejects.toThrow('thrown');
    expect(await after).toBe('still running');
    expect(partition.running).toBe(0);
  });

  it('closes: refuses the line and newcomers, and resolves when what runs has ended', async () => {
    const partition = partitionOf({ maxConcurrent: 1, maxQueued: 1 });
    const held = heldWork();
    const running = partition.execute(held.work);
    const waiting = partition.execute(() => 'never');
    let isClosed = false;
    const closed = partition.close().then(() => (isClosed = true));
    await expect(waiting).rejects.toThrow(BulkheadClosedError);
    await expect(partition.execute(() => 'never')).rejects.toMatchObject({
      code: 'bulkhead_closed',
      partition: 'api',
    });
    await tick();
    expect([isClosed, partition.isClosed]).toEqual([false, true]);
    held.end('done');
    expect(await running).toBe('done');
    await closed;
    await partition[Symbol.asyncDispose]();
  });

  it('tells a watcher who has a slot, who waits for one and how each wait ends', async () => {
    const partition = partitionOf({ maxConcurrent: 1, maxQueued: 3 });
    const told: string[] = [];
    const names = new Map<object, number>();
    const nameOf = (permit: object): number =>
      names.get(permit) ?? (names.set(permit, names.size), names.size - 1);
    partition[observe]({
      acquired: (permit, weight, mode) => told.push(`${nameOf(permit)} acquired ${weight} ${mode}`),
      released: (permit) => told.push(`${nameOf(permit)} released`),
      blocked: (waiter) => told.push(`${nameOf(waiter)} blocked`),
      unblocked: (waiter, permit) => told.push(`${nameOf(waiter)} ${permit === waiter ? 'served' : 'left'}`),
    });
    expect(partition.capacity).toBe(1);
    const works = [1, 2].map(heldWork);
    const stop = new AbortController();
    const runs = works.map(({ work }) => partition.execute(work));
    const gone = partition.execute(() => 1, stop.signal);
    const refused = partition.execute(() => 1);
    stop.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    works[0]?.end('done');
    await runs[0];
    const closed = partition.close();
    await expect(refused).rejects.toThrow(BulkheadClosedError);
    partition[observe](undefined);
    works[1]?.end('done');
    await closed;
    expect(told).toEqual([
      '0 acquired 1 units',
      '1 blocked',
      '2 blocked',
      '3 blocked',
      '2 left',
      '0 released',
      '1 served',
      '3 left',
    ]);
  });

  it('lets a detector see work that waits for a slot of the partition in which it runs', async () => {
    const clock = createManualClock();
    const found: string[] = [];
    const detector = new DeadlockDetector({ clock, onDeadlock: ({ text }) => found.push(text) });
    const partition = partitionOf({ maxConcurrent: 1, maxQueued: 1 });
    detector.watchLock('api', partition);
    const task = detector.task('report');
    const stop = new AbortController();
    const running = task.call(() =>
      partition.execute(() => task.call(() => partition.execute(() => 'inside itself', stop.signal))),
    );
    await clock.advance(1000);
    expect(found).toEqual(['report waits for api, held by report']);
    stop.abort(new Error('called off'));
    await expect(running).rejects.toThrow('called off');
    detector.close();
  });

  it('refuses limits out of their range', () => {
    expect(() => partitionOf({ maxConcurrent: 0 })).toThrow(
      'maxConcurrent must be a whole number from 1, not 0',
    );
    expect(() => partitionOf({ maxConcurrent: 1.5 })).toThrow(RangeError);
    expect(() => partitionOf({ maxConcurrent: 1, maxQueued: -1 })).toThrow(
      'maxQueued must be a whole number from 0',
    );
    expect(() => partitionOf({ maxConcurrent: 1, maxQueued: 0.5 })).toThrow(RangeError);
  });

  it('keeps to its limits and its order, whatever comes, ends and aborts when', async () => {
    const limits = fc.record({
      maxConcurrent: fc.integer({ min: 1, max: 3 }),
      maxQueued: fc.integer({ min: 0, max: 3 }),
    });
    const step = fc.record({
      what: fc.constantFrom('enter', 'enter', 'end', 'fail', 'abort'),
      who: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 40, size: 'max' }), async (limits, steps) => {
        const partition = partitionOf(limits);
        const started: number[] = [];
        const modelStarted: number[] = [];
        // The model: who runs and who waits, in order.
        const running: number[] = [];
        const line: number[] = [];
        const held = new Map<number, ReturnType<typeof heldWork>>();
        const stops = new Map<number, AbortController>();
        const outcomes: Promise<unknown>[] = [];
        const freed = (): void => {
          const next = line.shift();
          if (next !== undefined) {
            running.push(next);
            modelStarted.push(next);
          }
        };
        for (const [id, { what, who }] of steps.entries()) {
          if (what === 'enter') {
            const work = heldWork();
            const stop = new AbortController();
            held.set(id, work);
            stops.set(id, stop);
            const isAccepted = running.length < limits.maxConcurrent || line.length < limits.maxQueued;
            const run = partition.execute(() => (started.push(id), work.work()), stop.signal);
            outcomes.push(
              run.catch((error: unknown) => expect(error instanceof BulkheadFullError).toBe(!isAccepted)),
            );
            if (running.length < limits.maxConcurrent) {
              running.push(id);
              modelStarted.push(id);
            } else if (isAccepted) line.push(id);
          } else if (what === 'abort') {
            const id = line[who % line.length];
            if (id === undefined) continue;
            stops.get(id)?.abort(new Error('gone'));
            line.splice(line.indexOf(id), 1);
          } else {
            const id = running[who % running.length];
            if (id === undefined) continue;
            if (what === 'end') held.get(id)?.end('done');
            else held.get(id)?.fail(new Error('failed'));
            running.splice(running.indexOf(id), 1);
            freed();
          }
          await turnsPass(8);
          expect(started).toEqual(modelStarted);
          expect([partition.running, partition.queued]).toEqual([running.length, line.length]);
        }
        for (const work of held.values()) work.end('over');
        await Promise.all(outcomes);
        expect([partition.running, partition.queued]).toEqual([0, 0]);
      }),
    );
  });
});

describe('Bulkhead', () => {
  it('keeps partitions apart: a full, failing or closed one does not affect another', async () => {
    const bulkhead = new Bulkhead({ api: { maxConcurrent: 1 }, database: { maxConcurrent: 1 } });
    const held = heldWork();
    const running = bulkhead.execute('api', held.work);
    await expect(bulkhead.execute('api', () => 1)).rejects.toThrow('api is full');
    expect(await bulkhead.execute('database', () => 'fine')).toBe('fine');
    const closed = bulkhead.partition('api').close();
    held.fail(new Error('api is down'));
    await expect(running).rejects.toThrow('api is down');
    await closed;
    expect(await bulkhead.partition('database').execute(() => 'still fine')).toBe('still fine');
  });

  it('closes all partitions, when what runs in them has ended', async () => {
    const bulkhead = new Bulkhead({ api: { maxConcurrent: 1 }, database: { maxConcurrent: 1 } });
    const held = heldWork();
    const running = bulkhead.execute('database', held.work);
    let isClosed = false;
    const closed = bulkhead[Symbol.asyncDispose]().then(() => (isClosed = true));
    await tick();
    expect(isClosed).toBe(false);
    await expect(bulkhead.execute('api', () => 1)).rejects.toThrow(BulkheadClosedError);
    held.end('done');
    expect([await running, await closed]).toEqual(['done', true]);
  });

  it('knows no partition but its own', async () => {
    const bulkhead = new Bulkhead<string>({ api: { maxConcurrent: 1 } });
    expect(() => bulkhead.partition('toString')).toThrow('there is no partition toString');
    await expect(bulkhead.execute('other', () => 1)).rejects.toThrow(RangeError);
  });
});
