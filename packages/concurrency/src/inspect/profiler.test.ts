import { expect, it } from 'vitest';
import { AdaptivePool } from '../pools/adaptive-pool.ts';
import { WorkerPool } from '../pools/worker-pool.ts';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { Profiler } from './profiler.ts';

it('counts tasks by name, and how long they lived', async () => {
  const clock = createManualClock();
  const profiler = new Profiler({ clock });
  const sleeping = [10, 20, 30, 40].map((ms) => profiler.spawn('sleep', () => clock.sleep(ms)));
  const failing = profiler.spawn('fail', async () => {
    await clock.sleep(5);
    throw new Error('no');
  });
  failing.catch(() => undefined);
  await clock.advance(15);
  expect(profiler.report()).toMatchObject([
    { name: 'sleep', active: 3, created: 4, completed: 1, failed: 0 },
    {
      name: 'fail',
      active: 0,
      created: 1,
      completed: 0,
      failed: 1,
      lifetimeMs: { average: 5, p50: 5, max: 5 },
    },
  ]);
  await expect(failing).rejects.toThrow('no');
  await clock.advance(100);
  await Promise.all(sleeping);
  expect(profiler.report()[0]).toEqual({
    name: 'sleep',
    active: 0,
    created: 4,
    completed: 4,
    failed: 0,
    lifetimeMs: { average: 25, p50: 20, p90: 40, p99: 40, max: 40 },
  });
});

it('counts what a pool works on, for each that watches', async () => {
  const pool = new WorkerPool(
    async (input: number) => {
      if (input === 2) throw new Error('two');
      await stop.promise;
    },
    { concurrency: 3 },
  );
  const stop = Promise.withResolvers<void>();
  const clock = createManualClock();
  const [one, another] = [new Profiler({ clock }), new Profiler({ clock })];
  const before = pool.submit(0);
  const leave = one.watch('pool', pool);
  another.watch('the same', pool);
  const results = Promise.allSettled([1, 2, 3].map((input) => pool.submit(input)));
  await clock.advance(10);
  expect(one.report()).toMatchObject([{ name: 'pool', active: 2, created: 3, completed: 0, failed: 1 }]);
  stop.resolve();
  await Promise.all([before, results]);
  leave();
  await pool.submit(4);
  expect(one.report()).toMatchObject([
    { active: 0, created: 3, completed: 2, failed: 1, lifetimeMs: { max: 10 } },
  ]);
  expect(another.report()).toMatchObject([
    { name: 'the same', active: 0, created: 4, completed: 3, failed: 1 },
  ]);
});

it('times the first tasks of a name, then one in so many', async () => {
  const clock = createManualClock();
  const profiler = new Profiler({ clock, samples: 2, timeEvery: 3 });
  for (const ms of [1, 2, 100, 4, 100, 100, 7]) {
    const sleeping = profiler.spawn('sleep', () => clock.sleep(ms));
    await clock.advance(ms);
    await sleeping;
  }
  expect(profiler.report()).toMatchObject([{ completed: 7, lifetimeMs: { average: 3.5, p50: 4, max: 7 } }]);
});

it('hands on arguments, results and errors, also of functions that are not asynchronous', async () => {
  const profiler = new Profiler();
  const divide = profiler.wrap('divide', (a: number, b: number) => {
    if (b === 0) throw new RangeError('by zero');
    return a / b;
  });
  await expect(divide(6, 3)).resolves.toBe(2);
  await expect(divide(1, 0)).rejects.toThrow(RangeError);
  expect(profiler.report()).toMatchObject([
    { name: 'divide', active: 0, created: 2, completed: 1, failed: 1 },
  ]);
});

it('starts a task at once', () => {
  const seen: string[] = [];
  void new Profiler().spawn('now', () => seen.push('started'));
  expect(seen).toEqual(['started']);
});

it('keeps the latest lifetimes only, and the average of all', async () => {
  const clock = createManualClock();
  const profiler = new Profiler({ clock, samples: 2, timeEvery: 1 });
  for (const ms of [100, 1, 3]) {
    const sleeping = profiler.spawn('sleep', () => clock.sleep(ms));
    await clock.advance(ms);
    await sleeping;
  }
  const [profile] = profiler.report();
  expect(profile?.lifetimeMs).toEqual({ average: 104 / 3, p50: 1, p90: 3, p99: 3, max: 3 });
});

it('answers zeros for a name of which nothing has ended', () => {
  const profiler = new Profiler();
  profiler.wrap('idle', () => undefined);
  expect(profiler.report()).toMatchObject([
    { created: 0, lifetimeMs: { average: 0, p50: 0, p90: 0, p99: 0, max: 0 } },
  ]);
});

it('leaves an error that nobody handles unhandled', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => void unhandled.push(reason);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', listener);
  try {
    void new Profiler().spawn('lost', () => Promise.reject(new Error('lost')));
    await tick();
    expect(unhandled).toMatchObject([{ message: 'lost' }]);
  } finally {
    process.off('unhandledRejection', listener);
    for (const other of others) process.on('unhandledRejection', other);
  }
});

it.each([0, 1.5, -1])('refuses to keep or to skip %s samples', (number) => {
  expect(() => new Profiler({ samples: number })).toThrow(RangeError);
  expect(() => new Profiler({ timeEvery: number })).toThrow(RangeError);
});

it('watches a pool that adapts, too', async () => {
  const profiler = new Profiler();
  const pool = new AdaptivePool(async (n: number) => n, { minWorkers: 1, maxWorkers: 2 });
  profiler.watch('pages', pool);
  await Promise.all([pool.submit(1), pool.submit(2)]);
  await pool.close();
  expect(profiler.report()).toMatchObject([{ name: 'pages', created: 2, completed: 2, active: 0 }]);
});
