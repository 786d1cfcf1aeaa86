import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { BatchProcessor, type BatchProcessorOptions } from './batch-processor.ts';

function recording(options: Partial<BatchProcessorOptions<number>> = {}) {
  const batches: number[][] = [];
  const clock = createManualClock();
  const processor = new BatchProcessor<number>({
    maxSize: 3,
    maxWaitMs: 100,
    clock,
    process: async (items) => void batches.push([...items]),
    ...options,
  });
  return { processor, batches, clock };
}

describe('BatchProcessor', () => {
  it('sends a full batch at once', async () => {
    const { processor, batches, clock } = recording();
    await Promise.all([1, 2, 3].map((n) => processor.add(n)));
    expect(batches).toEqual([[1, 2, 3]]);
    expect([processor.pending, clock.timers]).toEqual([0, 0]);
  });

  it('sends what there is when the first item has waited long enough', async () => {
    const { processor, batches, clock } = recording();
    const first = processor.add(1);
    await clock.advance(60);
    const second = processor.add(2);
    await clock.advance(39);
    expect(batches).toEqual([]);
    await clock.advance(1);
    await Promise.all([first, second]);
    expect(batches).toEqual([[1, 2]]);
    const third = processor.add(3);
    await clock.advance(99);
    expect(batches).toHaveLength(1);
    await clock.advance(1);
    await third;
    expect(batches).toEqual([[1, 2], [3]]);
  });

  it('sends the rest when it is closed, waits for it, and refuses what comes after', async () => {
    const { processor, batches, clock } = recording();
    const added = processor.add(1);
    await tick();
    await Promise.all([processor.close(), processor.close()]);
    await added;
    expect(batches).toEqual([[1]]);
    expect(clock.timers).toBe(0);
    await expect(processor.add(2)).rejects.toMatchObject({ code: 'batch_processor_closed' });
  });

  it('lets a failing batch fail its own items only', async () => {
    const { processor, batches } = recording({
      process: async (items) => {
        if (items.includes(2)) throw new Error('poisoned');
        batches.push([...items]);
      },
    });
    const results = await Promise.allSettled([1, 2, 3, 4, 5, 6].map((n) => processor.add(n)));
    expect(results.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(batches).toEqual([[4, 5, 6]]);
  });

  it('processes one batch after the other, or as many at once as it may', async () => {
    for (const concurrency of [1, 2]) {
      const gate = Promise.withResolvers<undefined>();
      let running = 0;
      let most = 0;
      const { processor } = recording({
        maxSize: 1,
        concurrency,
        process: async () => {
          most = Math.max(most, ++running);
          await gate.promise;
          running--;
        },
      });
      const added = [1, 2, 3].map((n) => processor.add(n));
      await tick();
      gate.resolve(undefined);
      await Promise.all(added);
      expect(most).toBe(concurrency);
    }
  });

  it('makes adders wait for room, and lets them give up', async () => {
    const gate = Promise.withResolvers<undefined>();
    const { processor } = recording({ maxSize: 1, maxPending: 1, process: () => gate.promise });
    const first = processor.add(1);
    await tick();
    const stop = new AbortController();
    const second = processor.add(2, stop.signal);
    await tick();
    expect(processor.pending).toBe(1);
    stop.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    const third = processor.add(3);
    await tick();
    const closing = processor.close();
    await expect(third).rejects.toMatchObject({ code: 'batch_processor_closed' });
    gate.resolve(undefined);
    await Promise.all([first, closing]);
  });

  it('takes an aborted item out of a batch that has not gone', async () => {
    const { processor, batches, clock } = recording();
    const stop = new AbortController();
    const aborted = processor.add(1, stop.signal);
    const kept = processor.add(2);
    await tick();
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    await clock.advance(100);
    await kept;
    expect(batches).toEqual([[2]]);
  });

  it('starts a new wait after its only item was aborted', async () => {
    const { processor, batches, clock } = recording();
    const stop = new AbortController();
    const aborted = processor.add(1, stop.signal);
    await clock.advance(50);
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    const next = processor.add(2);
    await clock.advance(99);
    expect(batches).toEqual([]);
    await clock.advance(1);
    await next;
    expect(batches).toEqual([[2]]);
  });

  it('flushes what was accepted so far and stays open', async () => {
    const { processor, batches } = recording();
    const added = processor.add(1);
    await tick();
    await processor.flush();
    await added;
    await Promise.all([2, 3, 4].map((n) => processor.add(n)));
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('refuses sizes that are none', () => {
    expect(() => recording({ maxSize: 0 })).toThrow(RangeError);
    expect(() => recording({ concurrency: 0 })).toThrow(RangeError);
  });
});
