import { describe, expect, expectTypeOf, it } from 'vitest';
import { Channel } from '../channels/channel.ts';
import { RateLimiter } from '../resilience/rate-limiter.ts';
import { createManualClock, tick } from '../time/manual-clock.ts';
import { Pipeline } from './pipeline.ts';
import type { StageFailure } from './stage-failure.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

async function read<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** Calls that wait for the test to let them go, in any order. */
function gates<T>() {
  const open = new Map<T, () => void>();
  return {
    waiting: () => [...open.keys()],
    pass: (item: T): Promise<T> => new Promise((resolve) => open.set(item, () => resolve(item))),
    async release(item: T): Promise<void> {
      open.get(item)?.();
      open.delete(item);
      await tick();
    },
  };
}

describe('Pipeline', () => {
  it('takes items through its stages and keeps their types', async () => {
    const pipeline = Pipeline.from(['a', 'bb', 'ccc'])
      .stage('measure', (text) => text.length)
      .stage('wrap', async (length) => ({ length }));
    expectTypeOf(pipeline).toEqualTypeOf<
      Pipeline<{ length: number }, StageFailure<'measure', string> | StageFailure<'wrap', number>>
    >();
    expect(await read(pipeline)).toEqual([{ length: 1 }, { length: 2 }, { length: 3 }]);
  });

  it('without stages gives what its input gives', async () => {
    expect(await read(Pipeline.from(upTo(5)))).toEqual(upTo(5));
  });

  it('reads generators and channels, and carries undefined', async () => {
    async function* generate() {
      yield* [undefined, 1];
    }
    expect(await read(Pipeline.from(generate()).stage('same', (item) => item))).toEqual([undefined, 1]);
    const channel = new Channel<number>(3);
    const reading = read(Pipeline.from(channel).stage('next', (item) => item + 1));
    for (const item of upTo(6)) await channel.send(item);
    channel.close();
    expect(await reading).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('does nothing before somebody reads', async () => {
    let asked = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: ++asked }) }),
    };
    const pipeline = Pipeline.from(source).stage('same', (item) => item);
    await tick();
    expect(asked).toBe(0);
    await pipeline.close();
    expect(asked).toBe(0);
    expect(await read(pipeline)).toEqual([]);
  });

  it('works on as many items as it has workers, and gives results in order', async () => {
    const work = gates<number>();
    const reading = read(Pipeline.from(upTo(5)).stage('wait', work.pass, { workers: 2 }));
    await tick();
    expect(work.waiting()).toEqual([0, 1]);
    await work.release(1);
    expect(work.waiting()).toEqual([0, 2]);
    await work.release(2);
    // 1, 2 and 3 wait for 0, or will: as many early results as there are workers.
    expect(work.waiting()).toEqual([0, 3]);
    await work.release(3);
    expect(work.waiting()).toEqual([0]);
    await work.release(0);
    await work.release(4);
    expect(await reading).toEqual(upTo(5));
  });

  it('gives results as they come when told not to keep the order', async () => {
    const work = gates<number>();
    const reading = read(Pipeline.from(upTo(3)).stage('wait', work.pass, { workers: 3, ordered: false }));
    await tick();
    for (const item of [2, 0, 1]) await work.release(item);
    expect(await reading).toEqual([2, 0, 1]);
  });

  it('holds the input back when nobody reads on, whatever its length', async () => {
    let asked = 0;
    async function* endless() {
      for (;;) yield asked++;
    }
    const pipeline = Pipeline.from(endless(), { buffer: 3 })
      .stage('one', (item) => item, { workers: 2, buffer: 4 })
      .stage('many', async (item) => item, { workers: 5, buffer: 6, ordered: false });
    const reader = pipeline[Symbol.asyncIterator]();
    await reader.next();
    for (let round = 0; round < 20; round++) await tick();
    // Read 1, output 3, five workers, buffer 6, four turns of the ordered stage, buffer 4, one being put in.
    expect(asked).toBeLessThanOrEqual(1 + 3 + 5 + 6 + 4 + 4 + 1);
    await reader.return?.();
  });

  it('sends items whose work fails to the error stream, and the others on', async () => {
    const pipeline = Pipeline.from(upTo(6))
      .stage('odd', (item) => {
        if (item === 2) throw new Error('even two');
        return item;
      })
      .stage('big', async (item) => (item === 5 ? Promise.reject(new Error('too big')) : item), {
        workers: 3,
      });
    const [items, failures] = await Promise.all([read(pipeline), read(pipeline.errors)]);
    expect(items).toEqual([0, 1, 3, 4]);
    expect(failures).toEqual([
      { stage: 'odd', item: 2, attempt: 1, error: new Error('even two') },
      { stage: 'big', item: 5, attempt: 1, error: new Error('too big') },
    ]);
  });

  it('stalls rather than lose a failure when told to, and goes on once they are read', async () => {
    const pipeline = Pipeline.from(upTo(5), { errors: { capacity: 1, whenFull: 'block' } }).stage(
      'fail',
      (item) => Promise.reject<number>(new Error(`no ${item}`)),
    );
    const draining = pipeline.drain();
    await tick();
    expect([pipeline.errors.size, pipeline.errors.total]).toEqual([1, 2]);
    expect((await read(pipeline.errors)).map(({ item }) => item)).toEqual(upTo(5));
    expect(await draining).toBe(0);
  });

  it('tries again after the backoff while attempts are left, in the same worker', async () => {
    const clock = createManualClock();
    const attempts: string[] = [];
    const pipeline = Pipeline.from([1, 2], { clock }).stage(
      'shaky',
      async (item, { attempt }) => {
        attempts.push(`${item}.${attempt} at ${clock.now()}`);
        if (item === 1 && attempt < 3) throw new Error('not yet');
        if (item === 2) throw new Error('never');
        return item;
      },
      { retry: { attempts: 3, backoff: (failed) => failed * 100 } },
    );
    const reading = read(pipeline);
    await clock.advance(1000);
    expect(await reading).toEqual([1]);
    expect(attempts).toEqual([
      '1.1 at 0',
      '1.2 at 100',
      '1.3 at 300',
      '2.1 at 300',
      '2.2 at 400',
      '2.3 at 600',
    ]);
    expect(await read(pipeline.errors)).toEqual([
      { stage: 'shaky', item: 2, attempt: 3, error: new Error('never') },
    ]);
    expect(pipeline.metrics()).toMatchObject([{ processed: 1, errors: 1, retries: 4, inFlight: 0 }]);
    expect(clock.timers).toBe(0);
  });

  it('tells the backoff the wait before and the error', async () => {
    const clock = createManualClock();
    const told: unknown[][] = [];
    const backoff = (...asked: unknown[]) => (told.push(asked), told.length * 100);
    const pipeline = Pipeline.from([1], { clock }).stage(
      'shaky',
      (_item, { attempt }) => Promise.reject(new Error(`attempt ${attempt}`)),
      { retry: { attempts: 3, backoff } },
    );
    const draining = pipeline.drain();
    await clock.advance(300);
    await draining;
    expect(told).toEqual([
      [1, 0, new Error('attempt 1')],
      [2, 100, new Error('attempt 2')],
    ]);
  });

  it('does not try again what is hopeless', async () => {
    const pipeline = Pipeline.from([1]).stage('hopeless', () => Promise.reject(new Error('bad input')), {
      retry: { attempts: 5, backoff: () => 1000, shouldRetry: (_error, attempt) => attempt > 1 },
    });
    expect(await pipeline.drain()).toBe(0);
    expect(pipeline.errors.tryReceive()?.value?.attempt).toBe(1);
  });

  it('takes a token for each attempt', async () => {
    const clock = createManualClock();
    const at: number[] = [];
    const pipeline = Pipeline.from(upTo(3), { clock }).stage(
      'paced',
      (item, { attempt }) => {
        at.push(clock.now());
        if (item === 0 && attempt === 1) throw new Error('again');
        return item;
      },
      {
        workers: 4,
        rate: new RateLimiter({ rate: 10, burst: 1, clock }),
        retry: { attempts: 2, backoff: () => 0 },
      },
    );
    const reading = read(pipeline);
    await clock.advance(1000);
    expect(await reading).toEqual([0, 1, 2]);
    expect(at).toEqual([0, 100, 200, 300]);
  });

  it('measures each stage', async () => {
    const clock = createManualClock();
    const pipeline = Pipeline.from(upTo(4), { clock })
      .stage('slow', async (item) => {
        await clock.sleep(10 * (item + 1));
        return item;
      })
      .stage('quick', (item) => item);
    const draining = pipeline.drain();
    await clock.advance(5);
    expect(pipeline.metrics()).toMatchObject([
      { stage: 'slow', processed: 0, errors: 0, retries: 0, inFlight: 1, waiting: 1 },
      { stage: 'quick', processed: 0, inFlight: 0, waiting: 0 },
    ]);
    await clock.advance(1000);
    await draining;
    const [slow, quick] = pipeline.metrics();
    expect(slow?.latency).toMatchObject({ count: 4, meanMs: 25, maxMs: 40, p99Ms: 40 });
    expect(slow?.latency.p50Ms).toBeGreaterThanOrEqual(20);
    expect(quick).toMatchObject({ processed: 4, latency: { count: 4, maxMs: 0 } });
  });

  it('gives the error of its input to the reader, behind what came before it', async () => {
    async function* broken() {
      yield* [1, 2];
      throw new Error('line cut');
    }
    const got: number[] = [];
    const reading = (async () => {
      for await (const item of Pipeline.from(broken()).stage('same', (item) => item)) got.push(item);
    })();
    await expect(reading).rejects.toThrow('line cut');
    expect(got).toEqual([1, 2]);
  });

  it('does not return an input that has thrown', async () => {
    let asked = 0;
    let isReturned = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          ++asked === 3
            ? Promise.reject(new Error('line cut'))
            : Promise.resolve({ done: false, value: asked }),
        return: () => {
          isReturned = true;
          return Promise.resolve({ done: true, value: undefined } as const);
        },
      }),
    };
    for await (const item of Pipeline.from(source).stage('same', (item) => item)) {
      expect(item).toBe(1);
      await tick();
      break;
    }
    expect([asked, isReturned]).toEqual([3, false]);
  });

  it('cancels its input, aborts its work and drops what is inside when the reader leaves', async () => {
    let isCleanedUp = false;
    async function* source() {
      try {
        yield* upTo(100);
      } finally {
        isCleanedUp = true;
      }
    }
    const reasons: unknown[] = [];
    const pipeline = Pipeline.from(source()).stage(
      'work',
      (item, { signal }) =>
        item === 0
          ? item
          : new Promise<number>((_resolve, reject) => {
              signal.addEventListener('abort', () => {
                reasons.push(signal.reason);
                reject(signal.reason);
              });
            }),
      { workers: 2 },
    );
    for await (const item of pipeline) {
      expect(item).toBe(0);
      await tick();
      break;
    }
    expect(isCleanedUp).toBe(true);
    expect(reasons).toMatchObject([{ code: 'pipeline_closed' }, { name: 'PipelineClosedError' }]);
    expect(pipeline.metrics()).toMatchObject([{ processed: 1, errors: 0, inFlight: 0 }]);
    expect(await read(pipeline.errors)).toEqual([]);
    expect(await read(pipeline)).toEqual([]);
  });

  it('cancels a channel it reads when it is closed, and so refuses its senders', async () => {
    const channel = new Channel<number>(1);
    const pipeline = Pipeline.from(channel).stage('same', (item) => item, { buffer: 0 });
    const reading = read(pipeline);
    await tick();
    await pipeline.close();
    expect(await reading).toEqual([]);
    await expect(channel.send(1)).rejects.toMatchObject({ code: 'channel_closed' });
  });

  it('does not wait for an input that gives nothing, and ignores what it says later', async () => {
    const late = { item: () => ({ done: false, value: 1 }), error: () => Promise.reject(new Error('late')) };
    for (const answer of [late.item, late.error]) {
      const asked = Promise.withResolvers<void>();
      const source = {
        [Symbol.asyncIterator]: () => ({
          next: () => asked.promise.then(answer),
          return: () => Promise.reject(new Error('clean-up failed')),
        }),
      };
      const pipeline = Pipeline.from(source).stage('same', (item) => item);
      const reading = read(pipeline);
      await tick();
      await pipeline.close();
      expect(await reading).toEqual([]);
      asked.resolve();
      await tick();
      expect(await read(pipeline)).toEqual([]);
    }
  });

  it('tells who closes it that the input could not be cleaned up', async () => {
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: 1 }),
        return: () => Promise.reject(new Error('still locked')),
      }),
    };
    const pipeline = Pipeline.from(source).stage('same', (item) => item);
    const reader = pipeline[Symbol.asyncIterator]();
    await reader.next();
    await tick();
    await expect(pipeline.close()).rejects.toThrow('still locked');
  });

  it('waits on closing for work that is under way', async () => {
    const work = gates<number>();
    const pipeline = Pipeline.from([1]).stage('deaf', work.pass);
    const reading = read(pipeline);
    await tick();
    let isClosed = false;
    const closing = pipeline.close().then(() => (isClosed = true));
    await tick();
    expect(isClosed).toBe(false);
    await work.release(1);
    await closing;
    expect(await reading).toEqual([]);
  });

  it('rejects its reader with the reason of an abort', async () => {
    const stop = new AbortController();
    const work = gates<number>();
    const pipeline = Pipeline.from(upTo(9), { signal: stop.signal }).stage('wait', work.pass, { workers: 2 });
    const reading = read(pipeline);
    await tick();
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await work.release(0);
    await work.release(1);
    await pipeline.close();
    await expect(read(pipeline)).rejects.toThrow('enough');
  });

  it('starts nothing when it was aborted before', async () => {
    const pipeline = Pipeline.from(upTo(3), { signal: AbortSignal.abort(new Error('no')) });
    await expect(read(pipeline)).rejects.toThrow('no');
  });

  it('ends waits for tokens and retries when it is aborted', async () => {
    const clock = createManualClock();
    const limiter = new RateLimiter({ rate: 1, burst: 1, clock });
    const pipeline = Pipeline.from(upTo(9), { clock })
      .stage('retrying', (item) => (item === 0 ? Promise.reject<number>(new Error('again')) : item), {
        workers: 2,
        ordered: false,
        retry: { attempts: 2, backoff: () => 60_000 },
      })
      .stage('paced', (item) => item, { workers: 3, rate: limiter });
    const reading = read(pipeline);
    await clock.advance(0);
    expect([clock.timers, limiter.waiting]).toEqual([2, 3]);
    await pipeline.close();
    expect([clock.timers, limiter.waiting]).toEqual([0, 0]);
    await reading;
    expect(pipeline.errors.total).toBe(0);
  });

  it('fails as a whole when a stage itself is at fault', async () => {
    const limiter = new RateLimiter({ rate: 1, burst: 1 });
    limiter.close();
    const broken = () => {
      throw new Error('bad backoff');
    };
    const pipelines = [
      Pipeline.from(upTo(9)).stage('paced', (item) => item, { rate: limiter }),
      Pipeline.from(upTo(9)).stage('paced', (item) => item, { rate: limiter, workers: 2 }),
      Pipeline.from(upTo(9)).stage('retrying', () => Promise.reject(new Error('again')), {
        workers: 3,
        retry: { attempts: 2, backoff: broken },
      }),
    ];
    for (const pipeline of pipelines) {
      await expect(pipeline.drain()).rejects.toThrow(/closed|bad backoff/);
    }
  });

  it('in order, fails at once also while it waits for an item', async () => {
    const channel = new Channel<number>(4);
    const fault = Promise.withResolvers<void>();
    const pipeline = Pipeline.from(channel).stage('paced', (item) => item, {
      workers: 2,
      rate: { tryAcquire: () => false, acquire: () => fault.promise },
    });
    const draining = pipeline.drain();
    await channel.send(1);
    await tick();
    fault.reject(new Error('limiter broke'));
    await expect(draining).rejects.toThrow('limiter broke');
  });

  it('finishes what is inside and leaves a channel with what it holds', async () => {
    const channel = new Channel<number>(9);
    for (const item of upTo(6)) await channel.send(item);
    const work = gates<number>();
    const pipeline = Pipeline.from(channel).stage('wait', work.pass, { buffer: 1 });
    const reading = read(pipeline);
    await tick();
    pipeline.finish();
    for (const item of upTo(6)) await work.release(item);
    const items = await reading;
    expect(items).toEqual(upTo(items.length));
    expect(channel.size).toBe(6 - items.length);
    await pipeline.close();
    expect(channel.isClosed).toBe(false);
    const idle = Pipeline.from(new Channel<number>(0));
    const waiting = read(idle);
    await tick();
    idle.finish();
    expect(await waiting).toEqual([]);
  });

  it('finishes by returning an iterator that has answered', async () => {
    let isReturned = false;
    const answer = Promise.withResolvers<void>();
    let asked = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          if (asked++ === 1) await answer.promise;
          return { done: false, value: asked };
        },
        async return() {
          isReturned = true;
          return { done: true, value: undefined } as const;
        },
      }),
    };
    const pipeline = Pipeline.from(source).stage('same', (item) => item);
    const reading = read(pipeline);
    await tick();
    pipeline.finish();
    answer.resolve();
    expect(await reading).toEqual([1, 2]);
    expect(isReturned).toBe(true);
  });

  it('told to finish before it began, ends without an item', async () => {
    const pipeline = Pipeline.from(upTo(3)).stage('same', (item) => item);
    pipeline.finish();
    expect(await read(pipeline)).toEqual([]);
  });

  it('is closed by the end of its scope', async () => {
    let kept: Pipeline<number> | undefined;
    {
      await using pipeline = Pipeline.from(upTo(10));
      kept = pipeline;
      await pipeline[Symbol.asyncIterator]().next();
    }
    expect(await read(kept)).toEqual([]);
  });

  it('refuses options out of range and a name that is taken', () => {
    const pipeline = Pipeline.from([1]).stage('one', (item) => item);
    expect(() => pipeline.stage('one', (item) => item)).toThrow('has a stage "one" already');
    const backoff = () => 0;
    for (const options of [{ workers: 0 }, { buffer: -1 }, { retry: { attempts: 0, backoff } }]) {
      expect(() => pipeline.stage('two', (item) => item, options)).toThrow(RangeError);
    }
  });
});
