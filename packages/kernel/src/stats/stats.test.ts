import { describe, expect, it } from 'vitest';
import { noTasks } from '../tasks/task.ts';
import { createStats } from './stats.ts';

const noon = new Date('2026-03-01T12:00:00Z');

describe('stats', () => {
  it('count by name, in steps of any size', () => {
    const stats = createStats();
    stats.increment('tasks.added');
    stats.increment('tasks.added', 4);
    expect(stats.getMetrics().counters).toEqual({ 'tasks.added': 5 });
  });

  it('summarise durations with percentiles', () => {
    const stats = createStats();
    for (let ms = 1; ms <= 100; ms++) stats.timing('query', ms);
    const { query } = stats.getMetrics().timings;
    expect(query).toMatchObject({ count: 100, totalMs: 5050, minMs: 1, maxMs: 100, avgMs: 50.5 });
    for (const [read, exact] of [
      [query?.p50Ms, 50],
      [query?.p95Ms, 95],
      [query?.p99Ms, 99],
    ] as const) {
      expect(read).toBeGreaterThanOrEqual(exact);
      expect(read).toBeLessThanOrEqual(exact * 1.125);
    }
  });

  it('keep the last hundred operations that took more than 100 ms, oldest first', () => {
    const stats = createStats({ today: () => noon });
    stats.timing('quick', 100);
    for (let i = 0; i < 250; i++) stats.timing(`slow ${i}`, 101 + i);
    const { slowOperations } = stats.getMetrics();
    expect(slowOperations).toHaveLength(100);
    expect(slowOperations[0]).toEqual({ name: 'slow 150', durationMs: 251, at: noon });
    expect(slowOperations[99]).toEqual({ name: 'slow 249', durationMs: 350, at: noon });
  });

  it('time work however it ends, and count its failures', async () => {
    let nowMs = 0;
    const stats = createStats({ now: () => nowMs });
    const work = (ms: number): Promise<string> => {
      nowMs += ms;
      return Promise.resolve('done');
    };
    expect(await stats.time('export', () => work(7))).toBe('done');
    const failing = stats.time('export', async () => {
      await work(13);
      throw new Error('no disk');
    });
    await expect(failing).rejects.toThrow('no disk');
    const { counters, timings } = stats.getMetrics();
    expect(counters).toEqual({ 'export.failed': 1 });
    expect(timings['export']).toMatchObject({ count: 2, minMs: 7, maxMs: 13 });
  });

  it('keep a bounded number of names and say how much was left out', () => {
    const stats = createStats({ maxNames: 2 });
    for (const name of ['a', 'b', 'c', 'a', 'c']) {
      stats.increment(name);
      stats.timing(name, 1);
    }
    const { counters, timings, leftOut } = stats.getMetrics();
    expect(counters).toEqual({ a: 2, b: 1 });
    expect(Object.keys(timings)).toEqual(['a', 'b']);
    expect(leftOut).toBe(4);
  });

  it('forget everything on reset', () => {
    const stats = createStats({ maxNames: 1, keepSlow: 1 });
    for (const name of ['a', 'b']) {
      stats.increment(name);
      stats.timing(name, 1000);
    }
    stats.reset();
    expect(stats.getMetrics()).toEqual({ counters: {}, timings: {}, slowOperations: [], leftOut: 0 });
    stats.timing('c', 1000);
    expect(stats.getMetrics().slowOperations.map(({ name }) => name)).toEqual(['c']);
  });

  it('show the numbers of the queue that is watched', async () => {
    const stats = createStats();
    expect(await stats.getQueueStats()).toBeUndefined();
    stats.watchQueue(() => Promise.resolve({ ...noTasks, pending: 3 }));
    stats.reset();
    expect(await stats.getQueueStats()).toMatchObject({ pending: 3 });
  });
});
