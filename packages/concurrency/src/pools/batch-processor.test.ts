import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createManualClock, tick } from '../time/manual-clock.ts';
import type { BatchProcessorOptions } from './batch-options.ts';
import { BatchProcessor } from './batch-processor.ts';

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
    expect(processor.blocked).toBe(0);
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

  it('sends a batch before it would hold too many bytes, and a single larger item alone', async () => {
    const { processor, batches, clock } = recording({ maxSize: 10, maxBytes: 10, sizeOf: (n) => n });
    const added = [4, 5, 2, 11, 10, 1].map((n) => processor.add(n));
    await tick();
    expect(batches).toEqual([[4, 5], [2], [11], [10]]);
    await clock.advance(100);
    await Promise.all(added);
    expect(batches.at(-1)).toEqual([1]);
  });

  it('does not count the bytes of an item that was taken out', async () => {
    const { processor, batches } = recording({ maxSize: 10, maxBytes: 10, sizeOf: (n) => n });
    const stop = new AbortController();
    const first = processor.add(1);
    const aborted = processor.add(6, stop.signal);
    stop.abort(new Error('gave up'));
    await expect(aborted).rejects.toThrow('gave up');
    await Promise.all([first, processor.add(4), processor.add(5)]);
    expect(batches).toEqual([[1, 4, 5]]);
  });

  it('gives each its own result, or fails a batch whose results nobody can tell apart', async () => {
    const clock = createManualClock();
    const lengths = new BatchProcessor<string, number>({
      maxSize: 2,
      maxWaitMs: 10,
      clock,
      load: async (words) => words.filter((word) => word !== 'lost').map((word) => word.length),
    });
    expect(await Promise.all([lengths.add('one'), lengths.add('three')])).toEqual([3, 5]);
    const lost = await Promise.allSettled([lengths.add('one'), lengths.add('lost')]);
    expect(lost).toMatchObject([0, 1].map(() => ({ reason: { code: 'batch_results_mismatch' } })));
  });

  it('isolates the items that fail by themselves, on demand', async () => {
    const calls: string[] = [];
    const { processor } = recording({
      maxSize: 5,
      splitFailing: true,
      process: async (items) => {
        calls.push(items.join());
        if (items.some((n) => n > 3)) throw new Error(`bad ${items.join()}`);
      },
    });
    const ends = await Promise.allSettled([1, 4, 2, 3, 5].map((n) => processor.add(n)));
    expect(ends.map((end) => (end.status === 'rejected' ? String(end.reason) : 'good'))).toEqual([
      'good',
      'Error: bad 4',
      'good',
      'good',
      'Error: bad 5',
    ]);
    expect(calls).toEqual(['1,4,2,3,5', '1,4,2', '1,4', '1', '4', '2', '3,5', '3', '5']);
    expect(processor.pending).toBe(0);
  });

  it('knows whose item failed also when another was taken out before', async () => {
    const { processor, batches } = recording({
      splitFailing: true,
      process: async (items) => {
        if (items.includes(4)) throw new Error('bad');
        batches.push([...items]);
      },
    });
    const stop = new AbortController();
    const aborted = processor.add(9, stop.signal);
    const first = processor.add(4);
    stop.abort(new Error('gave up'));
    const ends = [first, processor.add(1), processor.add(2)];
    expect((await Promise.allSettled([aborted, ...ends])).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(batches).toEqual([[1], [2]]);
  });

  it('fails its items when processing throws at once', async () => {
    const { processor } = recording({
      maxSize: 1,
      process: () => {
        throw new Error('at once');
      },
    });
    await expect(processor.add(1)).rejects.toThrow('at once');
    await expect(processor.add(2)).rejects.toThrow('at once');
  });

  it('hands room to those that wait for it in their order', async () => {
    const gates: PromiseWithResolvers<void>[] = [];
    const { processor, clock } = recording({
      maxSize: 2,
      maxPending: 3,
      process: () => {
        const gate = Promise.withResolvers<void>();
        gates.push(gate);
        return gate.promise;
      },
    });
    const stop = new AbortController();
    const ended: number[] = [];
    const aborted = processor.add(3, stop.signal);
    for (const n of [1, 2, 4, 5]) void processor.add(n).then(() => ended.push(n));
    expect([processor.pending, processor.blocked]).toEqual([3, 2]);
    stop.abort(new Error('late'));
    await expect(aborted).rejects.toThrow('late');
    // It had gone: its place stays taken.
    expect([processor.pending, processor.blocked]).toEqual([3, 2]);
    gates[0]?.resolve();
    await tick();
    expect([ended, processor.pending, processor.blocked]).toEqual([[1], 3, 0]);
    gates[1]?.resolve();
    await clock.advance(100);
    gates[2]?.resolve();
    await tick();
    expect([ended, processor.pending]).toEqual([[1, 2, 4, 5], 0]);
  });

  it('takes an aborted item out of a batch that waits for its turn, and skips a batch with none left', async () => {
    const gate = Promise.withResolvers<void>();
    const batches: number[][] = [];
    const { processor } = recording({
      maxSize: 2,
      process: (items) => {
        batches.push([...items]);
        return gate.promise;
      },
    });
    const stop = new AbortController();
    const first = [processor.add(1), processor.add(2)];
    const aborted = [3, 4, 5].map((n) => processor.add(n, stop.signal));
    const kept = processor.add(6);
    stop.abort(new Error('gave up'));
    for (const one of aborted) await expect(one).rejects.toThrow('gave up');
    expect(processor.pending).toBe(3);
    gate.resolve();
    await Promise.all([...first, kept, processor.flush()]);
    expect([batches, processor.pending]).toEqual([[[1, 2], [6]], 0]);
  });

  it('forgets the signal of an item that is done, and accepts none that has aborted', async () => {
    const { processor } = recording({
      maxSize: 1,
      process: async ([n]) => {
        if (n === 2) throw new Error('bad');
      },
    });
    const stop = new AbortController();
    await processor.add(1, stop.signal);
    await expect(processor.add(2, stop.signal)).rejects.toThrow('bad');
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    stop.abort(new Error('gave up'));
    await expect(processor.add(3, stop.signal)).rejects.toThrow('gave up');
    expect(processor.pending).toBe(0);
  });

  it('survives work that aborts its own items at once', async () => {
    const stop = new AbortController();
    const { processor } = recording({
      maxSize: 1,
      process: async () => stop.abort(new Error('at once')),
    });
    await expect(processor.add(1, stop.signal)).rejects.toThrow('at once');
    await processor.add(2);
    await tick();
    expect([processor.pending, processor.blocked]).toEqual([0, 0]);
  });

  it('does not take for results what a process returns beside the types, nor nothing for results', async () => {
    // As code without types, or a driver that answers `any`, may do.
    const answer = { rowCount: 2 } as unknown as void;
    const batches: number[][] = [];
    const writer = new BatchProcessor<number>({
      maxSize: 2,
      maxWaitMs: 1000,
      splitFailing: true,
      process: async (items) => {
        batches.push([...items]);
        return answer;
      },
    });
    await Promise.all([writer.add(1), writer.add(2)]);
    expect(batches).toEqual([[1, 2]]);
    const loader = new BatchProcessor<number, number>({
      maxSize: 1,
      maxWaitMs: 1000,
      load: async () => undefined as unknown as number[],
    });
    await expect(loader.add(1)).rejects.toMatchObject({ code: 'batch_results_mismatch' });
  });

  it('is disposed of by closing', async () => {
    const { processor, batches } = recording();
    const added = processor.add(1);
    await processor[Symbol.asyncDispose]();
    await added;
    expect(batches).toEqual([[1]]);
  });

  it('refuses sizes that are none', async () => {
    for (const options of [
      { maxSize: 0 },
      { concurrency: 0 },
      { maxPending: 2 },
      { maxWaitMs: -1 },
      { maxWaitMs: Number.NaN },
      { maxBytes: 10 },
      { maxBytes: 0, sizeOf: () => 1 },
    ]) {
      expect(() => recording(options)).toThrow(RangeError);
    }
    await expect(recording({ sizeOf: () => -1 }).processor.add(1)).rejects.toThrow(RangeError);
    const monotonic = new BatchProcessor<number>({
      maxSize: 1,
      maxWaitMs: 1000,
      process: async () => undefined,
    });
    await monotonic.add(1);
  });
});
