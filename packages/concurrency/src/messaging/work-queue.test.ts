import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { WorkQueue, type WorkQueueOptions } from './work-queue.ts';
import type { WorkAttempt } from './work-item.ts';

interface Call {
  readonly item: string;
  readonly attempt: WorkAttempt;
  succeed(): Promise<void>;
  fail(message?: string): Promise<void>;
}

/** A queue whose work ends when the test says so. */
function heldQueue(options: Partial<WorkQueueOptions<string>> = {}) {
  const clock = createManualClock();
  const calls: Call[] = [];
  const queue = new WorkQueue<string>({
    capacity: 10,
    clock,
    ...options,
    work: (item, attempt) =>
      new Promise<void>((resolve, reject) => {
        calls.push({
          item,
          attempt: {
            ...attempt,
            attempt: attempt.attempt,
            signal: attempt.signal,
            failures: attempt.failures,
          },
          succeed: () => (resolve(), tick()),
          fail: (message = 'failed') => (reject(new Error(message)), tick()),
        });
      }),
  });
  return { queue, clock, calls, started: () => calls.map(({ item }) => item) };
}

/** A queue in which everything fails at once. */
function poisonQueue(options: Partial<WorkQueueOptions<string>> = {}) {
  return new WorkQueue<string>({
    capacity: 10,
    ...options,
    work: (item) => Promise.reject(new Error(`bad ${item}`)),
  });
}

const items = (list: readonly { readonly item: string }[]) => list.map(({ item }) => item);

describe('WorkQueue', () => {
  it('does items in order, as many at once as there are workers', async () => {
    const { queue, calls, started } = heldQueue({ workers: 2 });
    for (const item of ['a', 'b', 'c']) expect(queue.tryAdd(item)).toBe(true);
    expect(started()).toEqual(['a', 'b']);
    expect(queue.metrics()).toMatchObject({ waiting: 1, inFlight: 2, done: 0 });
    await calls[1]?.succeed();
    expect(started()).toEqual(['a', 'b', 'c']);
    await calls[0]?.succeed();
    await calls[2]?.succeed();
    await queue.idle();
    expect(queue.metrics()).toMatchObject({ waiting: 0, inFlight: 0, done: 3, failedAttempts: 0 });
  });

  it('holds back who adds beyond its capacity, and hands a place that becomes free to the first in line', async () => {
    const { queue, calls, started } = heldQueue({ capacity: 1 });
    await queue.add('a');
    const accepted: string[] = [];
    const b = queue.add('b').then(() => accepted.push('b'));
    const c = queue.add('c').then(() => accepted.push('c'));
    await tick();
    expect([queue.tryAdd('d'), queue.size, accepted]).toEqual([false, 1, []]);
    await calls[0]?.succeed();
    expect([queue.tryAdd('d'), started(), accepted]).toEqual([false, ['a', 'b'], ['b']]);
    await calls[1]?.succeed();
    await Promise.all([b, c]);
    expect(accepted).toEqual(['b', 'c']);
  });

  it('never does an item whose adder gave up', async () => {
    const { queue, calls, started } = heldQueue({ capacity: 1 });
    const stop = new AbortController();
    await queue.add('a', stop.signal);
    const b = queue.add('b', stop.signal);
    stop.abort(new Error('no longer'));
    await expect(b).rejects.toThrow('no longer');
    await expect(queue.add('c', stop.signal)).rejects.toThrow('no longer');
    await calls[0]?.succeed();
    await queue.idle();
    expect(started()).toEqual(['a']);
  });

  it('tries again after the backoff, behind those that came meanwhile, while the worker does others', async () => {
    const { queue, clock, calls, started } = heldQueue({ attempts: 3, backoff: (failed) => failed * 100 });
    await queue.add('a');
    await queue.add('b');
    await calls[0]?.fail('first');
    expect(started()).toEqual(['a', 'b']);
    expect(queue.retrying()).toMatchObject([{ id: 1, item: 'a', attempt: 1, startedAtMs: 0 }]);
    await clock.advance(100);
    await queue.add('c');
    await calls[1]?.succeed();
    await calls[2]?.fail('second');
    expect(started()).toEqual(['a', 'b', 'a', 'c']);
    await calls[3]?.succeed();
    await clock.advance(199);
    expect(queue.metrics()).toMatchObject({ retrying: 1, failedAttempts: 2, done: 2 });
    await clock.advance(1);
    expect(calls[4]).toMatchObject({
      item: 'a',
      attempt: { id: 1, attempt: 3, failures: { first: new Error('first'), last: new Error('second') } },
    });
    await calls[4]?.succeed();
    await queue.idle();
    expect([queue.deadLetters.size, clock.timers]).toEqual([0, 0]);
  });

  it('tells the backoff the wait before and the error', async () => {
    const told: unknown[][] = [];
    const backoff = (...asked: unknown[]) => (told.push(asked), told.length * 100);
    const { queue, clock, calls } = heldQueue({ attempts: 3, backoff });
    await queue.add('a');
    await calls[0]?.fail('first');
    await clock.advance(100);
    await calls[1]?.fail('second');
    await clock.advance(200);
    await calls[2]?.succeed();
    expect(told).toEqual([
      [1, 0, new Error('first')],
      [2, 100, new Error('second')],
    ]);
  });

  it('lets somebody who waits for idleness give up', async () => {
    const { queue, calls } = heldQueue();
    await queue.add('a');
    const stop = new AbortController();
    const waiting = queue.idle(stop.signal);
    stop.abort(new Error('too long'));
    await expect(waiting).rejects.toThrow('too long');
    await expect(queue.idle(stop.signal)).rejects.toThrow('too long');
    await calls[0]?.succeed();
    await queue.idle();
  });

  it('shows what is in flight, longest first, with its errors', async () => {
    const { queue, clock, calls } = heldQueue({ workers: 2, attempts: 2 });
    await queue.add('a');
    await clock.advance(50);
    await queue.add('b');
    await calls[0]?.fail();
    expect(queue.inFlight()).toEqual([
      { id: 2, item: 'b', attempt: 1, failures: undefined, startedAtMs: 50 },
      {
        id: 1,
        item: 'a',
        attempt: 2,
        failures: { first: new Error('failed'), last: new Error('failed') },
        startedAtMs: 50,
      },
    ]);
  });

  it('keeps what is used up as a dead letter with its first and last error', async () => {
    const { queue, clock, calls } = heldQueue({ attempts: 2 });
    await queue.add('a');
    await calls[0]?.fail('first');
    await clock.advance(30);
    await calls[1]?.fail('last');
    await queue.idle();
    expect(queue.deadLetters.list()).toEqual([
      {
        id: 1,
        item: 'a',
        attempts: 2,
        failures: { first: new Error('first'), last: new Error('last') },
        redrives: 0,
        diedAtMs: 30,
      },
    ]);
  });

  it('does not try again what is hopeless, and survives work that throws at once', async () => {
    const queue = new WorkQueue<string>({
      capacity: 5,
      attempts: 5,
      shouldRetry: (error) => !(error instanceof TypeError),
      work: (item) => {
        if (item === 'typo') throw new TypeError('hopeless');
      },
    });
    await queue.add('typo');
    await queue.add('fine');
    await queue.idle();
    expect(queue.deadLetters.list()).toMatchObject([{ item: 'typo', attempts: 1 }]);
    expect(queue.metrics()).toMatchObject({ done: 1, dead: 1, failedAttempts: 1 });
  });

  it('loses neither an item nor a worker to a backoff that throws', async () => {
    const queue = poisonQueue({
      attempts: 2,
      backoff: () => {
        throw new Error('bad backoff');
      },
    });
    await queue.add('a');
    await queue.add('b');
    await queue.idle();
    expect(queue.deadLetters.list()).toMatchObject([
      { item: 'a', failures: { first: new Error('bad a'), last: new Error('bad backoff') } },
      { item: 'b' },
    ]);
  });

  it('gives dead letters away once', async () => {
    const queue = poisonQueue();
    for (const item of ['a', 'b', 'c']) await queue.add(item);
    await queue.idle();
    expect(items(queue.deadLetters.drain(({ item }) => item === 'b'))).toEqual(['b']);
    expect(items(queue.deadLetters.list())).toEqual(['a', 'c']);
    expect(items(queue.deadLetters.drain())).toEqual(['a', 'c']);
    expect(queue.deadLetters.size).toBe(0);
  });

  it('re-drives dead letters with fresh attempts and their history', async () => {
    const { queue, calls } = heldQueue({ attempts: 1 });
    for (const item of ['a', 'b']) await queue.add(item);
    await calls[0]?.fail('first');
    await calls[1]?.fail('other');
    expect(queue.deadLetters.redrive(({ item }) => item === 'a')).toBe(1);
    expect(items(queue.deadLetters.list())).toEqual(['b']);
    await calls[2]?.fail('again');
    expect(queue.deadLetters.list()).toMatchObject([
      { item: 'b', redrives: 0 },
      {
        id: 1,
        item: 'a',
        attempts: 1,
        redrives: 1,
        failures: { first: new Error('first'), last: new Error('again') },
      },
    ]);
    expect(queue.deadLetters.redrive()).toBe(2);
    expect(calls[3]?.attempt).toMatchObject({ id: 2, attempt: 1, failures: { first: new Error('other') } });
    await calls[3]?.succeed();
    await calls[4]?.succeed();
    expect(queue.metrics()).toMatchObject({ done: 2, dead: 0, redriven: 3 });
  });

  it('accepts nothing while re-driven items fill it beyond its capacity', async () => {
    const { queue, calls } = heldQueue({ capacity: 2 });
    for (const item of ['a', 'b']) await queue.add(item);
    await calls[0]?.fail();
    await calls[1]?.fail();
    for (const item of ['c', 'd']) await queue.add(item);
    let isAccepted = false;
    const adding = queue.add('e').then(() => (isAccepted = true));
    expect([queue.deadLetters.redrive(), queue.size]).toEqual([2, 4]);
    for (const call of [2, 3]) await calls[call]?.succeed();
    expect([isAccepted, queue.size]).toEqual([false, 2]);
    await calls[4]?.succeed();
    await adding;
    expect(queue.size).toBe(2);
  });

  it('keeps a dying item in its worker until there is room for its letter', async () => {
    const queue = poisonQueue({ deadLetters: { capacity: 1 } });
    for (const item of ['a', 'b', 'c']) await queue.add(item);
    await tick();
    expect([items(queue.deadLetters.list()), items(queue.inFlight()), queue.size]).toEqual([['a'], ['b'], 2]);
    expect(items(queue.deadLetters.drain())).toEqual(['a']);
    await tick();
    expect([items(queue.deadLetters.list()), items(queue.inFlight())]).toEqual([['b'], ['c']]);
    await queue.close();
    expect([items(queue.deadLetters.list()), queue.deadLetters.dropped]).toEqual([['b', 'c'], 0]);
  });

  it('told so, drops the oldest letter and counts it', async () => {
    const queue = poisonQueue({ deadLetters: { capacity: 2, whenFull: 'drop-oldest' } });
    for (const item of ['a', 'b', 'c', 'd']) await queue.add(item);
    await queue.idle();
    expect([items(queue.deadLetters.list()), queue.deadLetters.dropped]).toEqual([['c', 'd'], 2]);
  });

  it('on closing refuses new items and finishes all others, retries included', async () => {
    const { queue, clock, calls } = heldQueue({ capacity: 2, attempts: 2, backoff: () => 100 });
    await queue.add('a');
    await queue.add('b');
    const waiting = queue.add('c');
    await calls[0]?.fail();
    let isClosed = false;
    const closing = queue.close().then(() => (isClosed = true));
    await expect(waiting).rejects.toMatchObject({ code: 'work_queue_closed', name: 'WorkQueueClosedError' });
    await expect(queue.add('d')).rejects.toMatchObject({ code: 'work_queue_closed' });
    expect([queue.tryAdd('d'), queue.isClosed]).toEqual([false, true]);
    await calls[1]?.succeed();
    await clock.advance(100);
    expect(isClosed).toBe(false);
    await calls[2]?.fail();
    await closing;
    expect(items(queue.deadLetters.list())).toEqual(['a']);
    expect([queue.deadLetters.redrive(), queue.deadLetters.size]).toEqual([0, 1]);
    await queue.close();
  });

  it('hands back what is not done, once what runs has ended', async () => {
    const { queue, clock, calls } = heldQueue({ workers: 2, attempts: 2, backoff: () => 100 });
    for (const item of ['a', 'b', 'c', 'd']) await queue.add(item);
    await calls[0]?.fail();
    expect(queue.metrics()).toMatchObject({ waiting: 1, inFlight: 2, retrying: 1 });
    const closing = queue.close();
    const handingBack = queue.handBack();
    expect(calls[1]?.attempt.signal.reason).toMatchObject({ code: 'work_queue_closed' });
    await calls[1]?.succeed();
    await calls[2]?.fail('cut short');
    expect(await handingBack).toMatchObject([
      { id: 1, item: 'a', attempt: 1 },
      { id: 3, item: 'c', attempt: 1, failures: { last: new Error('cut short') } },
      { id: 4, item: 'd', attempt: 0, failures: undefined },
    ]);
    await closing;
    expect(items(await queue.handBack())).toEqual(['a', 'c', 'd']);
    expect([queue.size, queue.deadLetters.size, clock.timers, calls.length]).toEqual([0, 0, 0, 3]);
  });

  it('starts nothing more when a setting that is asked about a failure hands back', async () => {
    let handedBack: Promise<readonly { readonly item: string }[]> | undefined;
    let runs = 0;
    const queue = new WorkQueue<string>({
      capacity: 10,
      attempts: 5,
      work: () => {
        runs++;
        throw new Error('bad');
      },
      shouldRetry: () => {
        handedBack ??= queue.handBack();
        return true;
      },
    });
    queue.tryAdd('a');
    await tick();
    expect([runs, items((await handedBack) ?? [])]).toEqual([1, ['a']]);
  });

  it('hands back nothing when it is idle', async () => {
    expect(await heldQueue().queue.handBack()).toEqual([]);
  });

  it('is closed by the end of its scope', async () => {
    const done: string[] = [];
    {
      await using queue = new WorkQueue<string>({ capacity: 2, work: (item) => done.push(item) });
      await queue.add('a');
    }
    expect(done).toEqual(['a']);
  });

  it('refuses numbers out of range', () => {
    for (const options of [
      { capacity: 0 },
      { workers: 1.5 },
      { attempts: 0 },
      { deadLetters: { capacity: 0 } },
    ]) {
      expect(() => poisonQueue(options)).toThrow(RangeError);
    }
  });
});
