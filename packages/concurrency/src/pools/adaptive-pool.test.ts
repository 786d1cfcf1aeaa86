import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { AdaptivePool, type AdaptivePoolOptions } from './adaptive-pool.ts';

/** Tasks are the milliseconds that they take. */
function adaptive(options: Partial<AdaptivePoolOptions> = {}) {
  const clock = createManualClock();
  const scaled: (readonly [atMs: number, workers: number])[] = [];
  const pool = new AdaptivePool<number>((ms, { signal }) => clock.sleep(ms, signal), {
    minWorkers: 2,
    maxWorkers: 20,
    intervalMs: 1000,
    coolDownMs: 2000,
    clock,
    onScale: (workers) => scaled.push([clock.now(), workers]),
    ...options,
  });
  /** Submits a task every so often until a time. */
  const load = (everyMs: () => number, taskMs: () => number, untilMs: number): void => {
    if (clock.now() >= untilMs) return;
    void pool.submit(taskMs());
    clock.timer(everyMs(), () => load(everyMs, taskMs, untilMs));
  };
  return { clock, pool, scaled, load };
}

/** Always the same sequence, between 0 and 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('AdaptivePool', () => {
  it('goes on deciding when `onScale` throws', async () => {
    const thrownLater: (() => void)[] = [];
    vi.stubGlobal('queueMicrotask', (callback: () => void) => thrownLater.push(callback));
    onTestFinished(() => void vi.unstubAllGlobals());
    const { clock, pool } = adaptive({
      maxWorkers: 10,
      onScale: () => {
        throw new Error('broken listener');
      },
    });
    for (let i = 0; i < 60; i++) void pool.submit(1000);
    await clock.advance(3000);
    expect(pool.workers).toBe(10);
    expect(thrownLater[0]).toThrow('broken listener');
  });

  it('grows step by step while everybody is busy, to its upper bound, and goes back when there is nothing', async () => {
    const { clock, pool, scaled } = adaptive({ maxWorkers: 10 });
    for (let i = 0; i < 60; i++) void pool.submit(1000);
    expect([pool.workers, pool.running, pool.queued]).toEqual([2, 2, 58]);
    await clock.advance(3000);
    expect([pool.workers, pool.running]).toEqual([10, 10]);
    expect(scaled).toEqual([
      [1000, 4],
      [2000, 8],
      [3000, 10],
    ]);
    await clock.advance(60_000);
    expect([pool.workers, scaled.length, clock.timers]).toEqual([2, 4, 0]);
  });

  it('does not count the time in which it had nothing to do', async () => {
    const { clock, pool, scaled } = adaptive();
    await clock.advance(60_000);
    for (let i = 0; i < 10; i++) void pool.submit(1500);
    await clock.advance(1000);
    expect(scaled).toEqual([[61_000, 4]]);
    await clock.advance(60_000);
    await pool.close();
  });

  it('does not shrink until it has cooled down', async () => {
    const { clock, pool, scaled } = adaptive({ coolDownMs: 5000 });
    for (let i = 0; i < 4; i++) void pool.submit(500);
    void pool.submit(100);
    await clock.advance(1000);
    expect(scaled).toEqual([[1000, 4]]);
    await clock.advance(4999);
    expect(pool.workers).toBe(4);
    await clock.advance(1);
    expect(scaled).toEqual([
      [1000, 4],
      [6000, 2],
    ]);
    expect(clock.timers).toBe(0);
  });

  it.each([1, 2.5, 5, 9.5])(
    'settles on a steady load that keeps %d workers busy, and stays',
    async (busy) => {
      const { clock, pool, scaled, load } = adaptive({ intervalMs: 500, coolDownMs: 0 });
      load(
        () => 200 / busy,
        () => 200,
        10_000,
      );
      await clock.advance(10_000);
      expect(scaled.filter(([atMs]) => atMs > 4000)).toEqual([]);
      expect(pool.workers).toBeGreaterThanOrEqual(busy);
      void pool.close();
      await clock.advance(1000);
      expect([pool.running, clock.timers]).toEqual([0, 0]);
    },
  );

  it('does not follow the noise of a load that is steady on average', async () => {
    const { clock, pool, scaled, load } = adaptive({ intervalMs: 2000, coolDownMs: 0 });
    const random = randomFrom(7);
    load(
      () => -50 * Math.log(random()),
      () => 400 * random(),
      30_000,
    );
    await clock.advance(30_000);
    expect(scaled.filter(([atMs]) => atMs > 10_000)).toEqual([]);
    void pool.close();
    await clock.advance(1000);
  });

  it('follows a load that goes away and comes back', async () => {
    const { clock, pool, load } = adaptive({ intervalMs: 200, coolDownMs: 400 });
    for (const fromMs of [0, 5000]) {
      load(
        () => 20,
        () => 100,
        fromMs + 2000,
      );
      await clock.advance(2000);
      expect(pool.workers).toBeGreaterThanOrEqual(5);
      await clock.advance(3000);
      expect([pool.workers, clock.timers]).toEqual([2, 0]);
    }
  });

  it('is a pool in every other way', async () => {
    const { clock, pool } = adaptive({ minWorkers: 1, maxQueued: 1, ageing: 10 });
    const ends: unknown[] = [];
    const record = (name: string) => (): void => void ends.push(name);
    void pool.submit(10).then(record('first'));
    void pool.submit(10).then(record('queued'));
    void pool.submit(10, { priority: 1 }).then(record('urgent'));
    expect([pool.running, pool.queued, pool.blocked, pool.trySubmit(1)]).toEqual([1, 1, 1, undefined]);
    const told = pool.ready();
    await clock.advance(10);
    await clock.advance(20);
    await Promise.all([told, pool.onIdle()]);
    expect(ends).toEqual(['first', 'queued', 'urgent']);
    const last = pool.submit(50);
    const closed = pool[Symbol.asyncDispose]();
    expect(clock.timers).toBe(1);
    await clock.advance(50);
    await Promise.all([last, closed]);
    await expect(pool.submit(1)).rejects.toMatchObject({ code: 'worker_pool_closed' });
  });

  it('can be closed without finishing', async () => {
    const { clock, pool } = adaptive({ minWorkers: 1 });
    const ends = [pool.submit(50), pool.submit(50)].map((end) => end.catch((error: unknown) => error));
    const closed = pool.close({ abandon: true });
    expect(await Promise.all(ends)).toMatchObject([
      { code: 'worker_pool_closed' },
      { code: 'worker_pool_closed' },
    ]);
    await closed;
    await tick();
    expect(clock.timers).toBe(0);
  });

  it('refuses numbers that are none', () => {
    for (const options of [
      { minWorkers: 0 },
      { maxWorkers: 1 },
      { maxWorkers: 2.5 },
      { scaleUpAt: 0.2 },
      { scaleUpAt: 1.1 },
      { scaleDownAt: -0.1 },
      { intervalMs: 0 },
      { coolDownMs: -1 },
    ]) {
      expect(() => adaptive(options)).toThrow(RangeError);
    }
    expect(() => adaptive({ minWorkers: 0 })).toThrow('minWorkers must be a whole number from 1, not 0');
  });
});
