import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { tick } from '../time/manual-clock.ts';
import { boundedParallel } from './bounded-parallel.ts';

describe('boundedParallel', () => {
  it('runs at most the limit at once and keeps the order of the items in the results', async () => {
    const gates = Array.from({ length: 5 }, () => Promise.withResolvers<undefined>());
    let running = 0;
    let most = 0;
    const results = boundedParallel([0, 1, 2, 3, 4], 2, async (item, { index }) => {
      most = Math.max(most, ++running);
      await gates[item]?.promise;
      running--;
      return `${index}:${item}`;
    });
    for (const gate of gates.toReversed()) {
      await tick();
      gate.resolve(undefined);
    }
    expect(await results).toEqual(['0:0', '1:1', '2:2', '3:3', '4:4']);
    expect(most).toBe(2);
  });

  it('begins nothing when its source aborts as it is asked, and lets it clean up', async () => {
    const stop = new AbortController();
    const log: unknown[] = [];
    function* source(): Generator<number> {
      try {
        yield 1;
        stop.abort(new Error('enough'));
        yield 2;
      } finally {
        log.push('cleaned up');
      }
    }
    const run = boundedParallel(source(), 3, (item) => void log.push(item), { signal: stop.signal });
    await expect(run).rejects.toThrow('enough');
    expect(log).toEqual([1, 'cleaned up']);
  });

  it('does nothing when looping over its source aborts', async () => {
    const stop = new AbortController();
    const source = {
      [Symbol.iterator]: () => {
        stop.abort(new Error('enough'));
        return [1, 2][Symbol.iterator]();
      },
    };
    const done: number[] = [];
    const run = boundedParallel(source, 1, (item) => void done.push(item), { signal: stop.signal });
    await expect(run).rejects.toThrow('enough');
    expect(done).toEqual([]);
  });

  it('takes from slow and endless sources only what it has room for', async () => {
    let taken = 0;
    let isCleanedUp = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) yield taken++;
      } finally {
        isCleanedUp = true;
      }
    }
    const stop = new AbortController();
    const running = boundedParallel(endless(), 3, () => new Promise((resolve) => setTimeout(resolve, 0)), {
      signal: stop.signal,
    });
    await tick();
    expect(taken).toBeLessThanOrEqual(6);
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(isCleanedUp).toBe(true);
  });

  it('after a failure starts nothing more, tells what runs, waits for it and rejects with the first error', async () => {
    const started: number[] = [];
    let toldWhy: unknown;
    const running = boundedParallel([0, 1, 2, 3], 2, async (item, { signal }) => {
      started.push(item);
      if (item === 1) throw new Error('first');
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      toldWhy = signal.reason;
      throw new Error('second');
    });
    await expect(running).rejects.toThrow('first');
    expect(started).toEqual([0, 1]);
    expect(toldWhy).toMatchObject({ message: 'first' });
  });

  it('is not stuck for a next call after a rejection', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('no'));
    await expect(boundedParallel([1, 2, 3], 1, failing)).rejects.toThrow('no');
    expect(await boundedParallel([1, 2, 3], 1, (item) => item * 2)).toEqual([2, 4, 6]);
  });

  it('passes on the failure of the source', async () => {
    function* broken(): Generator<number> {
      yield 1;
      throw new Error('source broke');
    }
    await expect(boundedParallel(broken(), 2, (item) => item)).rejects.toThrow('source broke');
  });

  it('obeys an abort at once although the source has not answered, and before the start', async () => {
    const silent: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: () => new Promise<never>(() => undefined),
      }),
    };
    const stop = new AbortController();
    const running = boundedParallel(silent, 2, (item) => item, { signal: stop.signal });
    await tick();
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await expect(boundedParallel([1], 1, (item) => item, { signal: stop.signal })).rejects.toThrow('enough');
  });

  it('forgets the signal when it is over, and starts nothing for an item that comes after an abort', async () => {
    const answer = Promise.withResolvers<IteratorResult<number, undefined>>();
    let isCleanedUp = false;
    const late: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => answer.promise,
        return: () => {
          isCleanedUp = true;
          return Promise.reject(new Error('cannot clean up'));
        },
      }),
    };
    const stop = new AbortController();
    const done = await boundedParallel([1], 1, (item) => item, { signal: stop.signal });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    let started = 0;
    const running = boundedParallel(late, 2, () => started++, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    answer.resolve({ done: false, value: 1 });
    await tick();
    expect([done, started, isCleanedUp]).toEqual([[1], 0, true]);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it.each([true, false])(
    'tells of the first failure even when the source cannot clean up, or need not: %s',
    async (canClean) => {
      const source: Iterable<number> = {
        [Symbol.iterator]: () => ({
          next: () => ({ done: false, value: 1 }),
          ...(canClean && {
            return: () => {
              throw new Error('cannot clean up');
            },
          }),
        }),
      };
      await expect(boundedParallel(source, 2, () => Promise.reject(new Error('first')))).rejects.toThrow(
        'first',
      );
      await expect(
        boundedParallel(source, 2, () => {
          throw new Error('thrown');
        }),
      ).rejects.toThrow('thrown');
    },
  );

  it('passes on the failure of an asynchronous source', async () => {
    const broken: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('source broke')) }),
    };
    await expect(boundedParallel(broken, 3, (item) => item)).rejects.toThrow('source broke');
  });

  it('accepts no items and refuses no limit', async () => {
    expect(await boundedParallel([], 3, (item) => item)).toEqual([]);
    await expect(boundedParallel([1], 0, (item) => item)).rejects.toThrow(RangeError);
  });
});
