import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { type WorkContext, WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

/** A pool whose tasks run until the test ends them. */
function gated(options: Partial<WorkerPoolOptions> = {}) {
  const started: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<string>>();
  const contexts = new Map<string, WorkContext>();
  const pool = new WorkerPool<string, string>(
    (name, context) => {
      started.push(name);
      contexts.set(name, context);
      const gate = Promise.withResolvers<string>();
      gates.set(name, gate);
      return gate.promise;
    },
    { concurrency: 1, ...options },
  );
  const finish = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      gates.get(name)?.resolve(`${name} done`);
      await tick();
    }
  };
  return { pool, started, gates, contexts, finish };
}

function outcomeOf<T>(promise: Promise<T>): { settled: unknown } {
  const outcome: { settled: unknown } = { settled: undefined };
  promise.then(
    (value) => (outcome.settled = value),
    (reason: unknown) => (outcome.settled = reason),
  );
  return outcome;
}

describe('WorkerPool', () => {
  it('works on at most its concurrency at once, first come first served, and gives the results', async () => {
    const { pool, started, finish } = gated({ concurrency: 2 });
    const results = ['a', 'b', 'c', 'd'].map((name) => pool.submit(name));
    expect([started, pool.running, pool.queued]).toEqual([['a', 'b'], 2, 2]);
    await finish('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await finish('a', 'c', 'd');
    expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done', 'd done']);
    expect([pool.running, pool.queued]).toEqual([0, 0]);
  });

  it('begins the most urgent first, first come first served among equals', async () => {
    const { pool, started, finish } = gated();
    void pool.submit('first');
    for (const [name, priority] of [
      ['low', -1],
      ['a', 0],
      ['high', 5],
      ['b', 0],
      ['higher', 5],
    ] as const) {
      void pool.submit(name, { priority });
    }
    await finish('first', 'high', 'higher', 'a', 'b', 'low');
    expect(started).toEqual(['first', 'high', 'higher', 'a', 'b', 'low']);
  });

  it('with ageing begins the least urgent at last, without it never while others come', async () => {
    for (const [ageing, isServed] of [
      [3, true],
      [Infinity, false],
    ] as const) {
      const { pool, started, finish } = gated({ ageing });
      void pool.submit('running');
      void pool.submit('patient', { priority: 0 });
      let last = 'running';
      for (let i = 0; i < 10 && !started.includes('patient'); i++) {
        void pool.submit(`urgent ${i}`, { priority: 1 });
        await finish(last);
        last = `urgent ${i}`;
      }
      expect(started.includes('patient')).toBe(isServed);
    }
  });

  it('is not stuck after tasks that reject or throw', async () => {
    const pool = new WorkerPool<string, string>(
      (how) => {
        if (how === 'throw') throw new Error('thrown');
        return how === 'reject' ? Promise.reject(new Error('rejected')) : how;
      },
      { concurrency: 1 },
    );
    const ends = await Promise.allSettled(
      ['throw', 'reject', 'a', 'reject', 'b'].map((how) => pool.submit(how)),
    );
    expect(
      ends.map((end) => (end.status === 'fulfilled' ? end.value : (end.reason as Error).message)),
    ).toEqual(['thrown', 'rejected', 'a', 'rejected', 'b']);
    expect(await pool.submit('after')).toBe('after');
  });

  it('begins more at once when its concurrency is raised, and finishes what runs when it is lowered', async () => {
    const { pool, started, finish } = gated();
    for (const name of ['a', 'b', 'c', 'd', 'e']) void pool.submit(name);
    pool.concurrency = 3;
    expect([started, pool.concurrency]).toEqual([['a', 'b', 'c'], 3]);
    pool.concurrency = 1;
    await finish('a', 'b');
    expect([started, pool.running]).toEqual([['a', 'b', 'c'], 1]);
    await finish('c');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    pool.concurrency = 8;
    expect([started, pool.running]).toEqual([['a', 'b', 'c', 'd', 'e'], 2]);
  });

  it('takes an aborted task out of the queue at once, and never starts one that was aborted before', async () => {
    const { pool, started, finish } = gated();
    void pool.submit('a');
    const stop = new AbortController();
    const queued = pool.submit('b', { signal: stop.signal });
    void pool.submit('c');
    stop.abort(new Error('gave up'));
    expect(pool.queued).toBe(1);
    await expect(queued).rejects.toThrow('gave up');
    await expect(pool.submit('d', { signal: stop.signal })).rejects.toThrow('gave up');
    await finish('a', 'c');
    expect(started).toEqual(['a', 'c']);
  });

  it('tells running work of an abort, answers the submitter at once, and keeps the place until the work ends', async () => {
    const { pool, started, contexts, finish } = gated();
    const stop = new AbortController();
    const running = pool.submit('a', { signal: stop.signal });
    void pool.submit('b');
    stop.abort(new Error('gave up'));
    await expect(running).rejects.toThrow('gave up');
    expect(contexts.get('a')?.signal.reason).toBe(stop.signal.reason);
    expect([pool.running, started]).toEqual([1, ['a']]);
    await finish('a');
    expect([pool.running, started]).toEqual([1, ['a', 'b']]);
  });

  it('forgets the signal of a task that has ended', async () => {
    const { pool, contexts, gates, finish } = gated();
    const stop = new AbortController();
    const good = pool.submit('a', { signal: stop.signal });
    await finish('a');
    const bad = pool.submit('b', { signal: stop.signal });
    gates.get('b')?.reject(new Error('no'));
    await expect(bad).rejects.toThrow('no');
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    stop.abort();
    expect(await good).toBe('a done');
    expect(contexts.get('b')?.signal.aborted).toBe(true);
  });

  it('makes tasks above its queue wait for room, and hands them the room the most urgent first', async () => {
    const { pool, started, finish } = gated({ maxQueued: 1 });
    for (const name of ['a', 'b', 'c']) void pool.submit(name);
    void pool.submit('d', { priority: 1 });
    expect([pool.running, pool.queued, pool.blocked]).toEqual([1, 1, 2]);
    expect(pool.trySubmit('e')).toBeUndefined();
    await finish('a');
    expect([started, pool.queued, pool.blocked]).toEqual([['a', 'b'], 1, 1]);
    await finish('b', 'd');
    expect([started, pool.queued, pool.blocked]).toEqual([['a', 'b', 'd', 'c'], 0, 0]);
    const tried = pool.trySubmit('e');
    await finish('c', 'e');
    expect(await tried).toBe('e done');
  });

  it('hands the room of an aborted task on, and lets those without room give up', async () => {
    const { pool, finish } = gated({ maxQueued: 1 });
    const stops = [new AbortController(), new AbortController()];
    void pool.submit('a');
    const ends = ['b', 'c'].map((name, i) => outcomeOf(pool.submit(name, { signal: stops[i]?.signal })));
    void pool.submit('d');
    stops[1]?.abort('c gave up');
    expect([pool.queued, pool.blocked]).toEqual([1, 1]);
    stops[0]?.abort('b gave up');
    expect([pool.queued, pool.blocked]).toEqual([1, 0]);
    await finish('a');
    expect(ends).toEqual([{ settled: 'b gave up' }, { settled: 'c gave up' }]);
  });

  it('works without a queue', async () => {
    const { pool, started, finish } = gated({ maxQueued: 0 });
    void pool.submit('a');
    expect(pool.trySubmit('b')).toBeUndefined();
    void pool.submit('c');
    const ready = outcomeOf(pool.ready());
    await finish('a');
    expect([started, pool.blocked, ready.settled]).toEqual([['a', 'c'], 0, undefined]);
    const [idle, told] = [pool.onIdle(), pool.ready()];
    await finish('c');
    await Promise.all([idle, told]);
  });

  it('tells producers when there is room', async () => {
    const { pool, finish } = gated({ maxQueued: 1 });
    await pool.ready();
    void pool.submit('a');
    await pool.ready();
    void pool.submit('b');
    const stop = new AbortController();
    const [patient, leaving] = [outcomeOf(pool.ready()), pool.ready(stop.signal)];
    stop.abort(new Error('gave up'));
    await expect(leaving).rejects.toThrow('gave up');
    await expect(pool.ready(stop.signal)).rejects.toThrow('gave up');
    let isTold = false;
    const told = pool.ready().then(() => (isTold = true));
    await tick();
    expect([isTold, patient.settled]).toEqual([false, undefined]);
    await finish('a');
    await told;
    void pool.submit('c');
    const more = pool.ready();
    pool.concurrency = 2;
    await more;
  });

  it('tells when it is idle, at once when it is', async () => {
    const { pool, finish } = gated({ concurrency: 2 });
    await pool.onIdle();
    for (const name of ['a', 'b', 'c']) void pool.submit(name);
    let isIdle = false;
    const idle = Promise.all([pool.onIdle(), pool.onIdle()]).then(() => (isIdle = true));
    await finish('a', 'b');
    expect(isIdle).toBe(false);
    await finish('c');
    await idle;
    void pool.submit('d');
    isIdle = false;
    const again = pool.onIdle().then(() => (isIdle = true));
    await tick();
    expect(isIdle).toBe(false);
    await finish('d');
    await again;
  });

  it('finishes what it accepted when it is closed, and refuses what waits for room or comes later', async () => {
    const { pool, started, finish } = gated({ maxQueued: 1 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => outcomeOf(pool.submit(name)));
    const told = outcomeOf(pool.ready());
    let isClosed = false;
    const closed = Promise.all([pool.close(), pool[Symbol.asyncDispose]()]).then(() => (isClosed = true));
    const refused = { code: 'worker_pool_closed' };
    for (const late of [
      pool.submit('d'),
      pool.submit('d', { priority: 1 }),
      pool.trySubmit('d'),
      pool.ready(),
    ]) {
      await expect(late).rejects.toMatchObject(refused);
    }
    expect([c?.settled, told.settled]).toMatchObject([refused, refused]);
    await finish('a');
    expect([isClosed, started]).toEqual([false, ['a', 'b']]);
    await finish('b');
    await closed;
    expect([a?.settled, b?.settled]).toEqual(['a done', 'b done']);
    await pool.close();
  });

  it('abandons on demand: refuses what it has not begun and tells what runs, also after a plain close', async () => {
    const { pool, started, contexts, finish } = gated({ concurrency: 2 });
    const [a, b, c] = ['a', 'b', 'c'].map((name) =>
      outcomeOf(pool.submit(name, name === 'a' ? { signal: new AbortController().signal } : undefined)),
    );
    void pool.close();
    const closed = pool.close({ abandon: true });
    await tick();
    expect([a?.settled, b?.settled, c?.settled]).toMatchObject([
      undefined,
      undefined,
      { code: 'worker_pool_closed' },
    ]);
    for (const name of ['a', 'b'])
      expect(contexts.get(name)?.signal.reason).toMatchObject({ code: 'worker_pool_closed' });
    await finish('a', 'b');
    await closed;
    expect([started, a?.settled]).toEqual([['a', 'b'], 'a done']);
  });

  it('is not idle when the end of its last task made somebody submit another', async () => {
    const { pool, started, finish } = gated();
    void pool.submit('page').then(() => void pool.submit('its link'));
    const idle = outcomeOf(pool.onIdle().then(() => 'idle'));
    await finish('page');
    expect([started, idle.settled]).toEqual([['page', 'its link'], undefined]);
    await finish('its link');
    expect(idle.settled).toBe('idle');
  });

  it('tells how many workers are busy when that changes', async () => {
    const busy: number[] = [];
    const { pool, finish } = gated({ concurrency: 2, onRunning: (running) => busy.push(running) });
    for (const name of ['a', 'b', 'c']) void pool.submit(name);
    await finish('a', 'b', 'c');
    expect(busy).toEqual([1, 2, 1, 0]);
  });

  it('keeps an `onRunning` that throws away from the tasks and their places', async () => {
    const thrownLater: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (callback: () => void) => thrownLater.push(callback));
    onTestFinished(() => void vi.unstubAllGlobals());
    const pool = new WorkerPool(async (n: number) => n, {
      concurrency: 1,
      onRunning: () => {
        throw new Error('broken listener');
      },
    });
    expect([await pool.submit(1), await pool.submit(2)]).toEqual([1, 2]);
    await pool.close();
    expect(pool.running).toBe(0);
    expect(thrownLater[0]).toThrow('broken listener');
  });

  it('begins no more than fit when it is told of a beginning and lowers the concurrency', async () => {
    const { pool, started, finish } = gated({
      concurrency: 1,
      onRunning: (running) => {
        if (running === 2) pool.concurrency = 2;
      },
    });
    for (const name of ['a', 'b', 'c', 'd']) void pool.submit(name);
    pool.concurrency = 4;
    expect([started, pool.running, pool.concurrency]).toEqual([['a', 'b'], 2, 2]);
    await finish('a', 'b', 'c', 'd');
    expect(pool.running).toBe(0);
  });

  it('refuses numbers that are none', async () => {
    expect(() => gated({ concurrency: 0 })).toThrow(RangeError);
    expect(() => gated({ maxQueued: -1 })).toThrow(RangeError);
    expect(() => gated({ ageing: 0 })).toThrow(RangeError);
    const { pool } = gated();
    expect(() => (pool.concurrency = 1.5)).toThrow(RangeError);
    await expect(pool.submit('a', { priority: Number.NaN })).rejects.toThrow(RangeError);
  });
});
