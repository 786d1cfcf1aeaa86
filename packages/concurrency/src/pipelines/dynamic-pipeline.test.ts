import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Channel } from '../channels/channel.ts';
import { tick } from '../time/manual-clock.ts';
import { DynamicPipeline } from './dynamic-pipeline.ts';
import { Pipeline } from './pipeline.ts';

async function read<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('DynamicPipeline', () => {
  it('takes items through the stages it has, in their order', async () => {
    const pipeline = new DynamicPipeline(['a', 'b']);
    pipeline.add('last', (text) => `${text}3`);
    pipeline.add('first', (text) => `${text}1`, { before: 'last' });
    pipeline.add('middle', async (text) => `${text}2`, { before: 'last' });
    pipeline.add('gone', (text) => `${text}?`);
    await pipeline.remove('gone');
    expect(pipeline.stages).toEqual(['first', 'middle', 'last']);
    expect(await read(pipeline)).toEqual(['a123', 'b123']);
  });

  it('sends items through a stage from the moment it is added', async () => {
    const source = new Channel<string>(0);
    const pipeline = new DynamicPipeline(source, { buffer: 10 });
    const reader = pipeline[Symbol.asyncIterator]();
    const first = reader.next();
    await source.send('a');
    expect((await first).value).toBe('a');
    await source.send('b');
    await tick();
    pipeline.add('mark', (text) => `${text}!`);
    await source.send('c');
    source.close();
    expect([(await reader.next()).value, (await reader.next()).value]).toEqual(['b', 'c!']);
  });

  it('finishes what is in a stage that is removed, before anything that comes after', async () => {
    const source = new Channel<number>(10);
    const pipeline = new DynamicPipeline(source, { buffer: 10 });
    const held = Promise.withResolvers<void>();
    pipeline.add('slow', async (item) => {
      await held.promise;
      return item + 100;
    });
    const reading = read(pipeline);
    await source.send(1);
    await tick();
    const removing = pipeline.remove('slow');
    expect(pipeline.stages).toEqual([]);
    await source.send(2);
    await tick();
    expect(pipeline.metrics()).toMatchObject([{ stage: 'slow', inFlight: 1 }]);
    held.resolve();
    expect(await removing).toMatchObject({ stage: 'slow', processed: 1, inFlight: 0 });
    expect(pipeline.metrics()).toEqual([]);
    source.close();
    expect(await reading).toEqual([101, 2]);
  });

  it('lets a stage go whose neighbours go at the same time', async () => {
    const source = new Channel<number>(0);
    const pipeline = new DynamicPipeline(source);
    for (const name of ['a', 'b', 'c']) pipeline.add(name, (item) => item, { buffer: 2 });
    const reading = read(pipeline);
    for (let item = 0; item < 4; item++) await source.send(item);
    const gone = Promise.all([pipeline.remove('b'), pipeline.remove('a'), pipeline.remove('c')]);
    pipeline.add('d', (item) => item * 10);
    await gone;
    for (let item = 4; item < 6; item++) await source.send(item);
    source.close();
    const items = await reading;
    expect(items.map((item) => (item < 10 ? item : item / 10))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(items.slice(-2)).toEqual([40, 50]);
    expect(pipeline.stages).toEqual(['d']);
  });

  it('keeps an item that was on its way into a stage when another came between and the stage went', async () => {
    const pipeline = new DynamicPipeline([1, 2, 3, 4, 5], { buffer: 0 });
    pipeline.add('old', (item) => item, { buffer: 0 });
    const reader = pipeline[Symbol.asyncIterator]();
    expect((await reader.next()).value).toBe(1);
    await tick();
    // 2 waits for the reader, 3 for room in `old`.
    pipeline.add('new', (item) => item * 10, { before: 'old' });
    const removing = pipeline.remove('old');
    const rest: (number | undefined)[] = [];
    for (let next = await reader.next(); next.done !== true; next = await reader.next())
      rest.push(next.value);
    expect(rest).toEqual([2, 3, 40, 50]);
    expect(await removing).toMatchObject({ stage: 'old', processed: 3 });
  });

  it('takes stages in and out after its input has ended', async () => {
    const pipeline = new DynamicPipeline([1, 2, 3], { buffer: 0 });
    pipeline.add('keep', (item) => item, { buffer: 5 });
    const reader = pipeline[Symbol.asyncIterator]();
    expect((await reader.next()).value).toBe(1);
    await tick();
    pipeline.add('late', (item) => item * 10, { before: 'keep' });
    const removing = pipeline.remove('keep');
    expect([(await reader.next()).value, (await reader.next()).value]).toEqual([2, 3]);
    await removing;
    expect((await reader.next()).done).toBe(true);
    pipeline.add('too late', (item) => item);
    await pipeline.remove('late');
    await pipeline.close();
  });

  it('ends after the last item of a stage that leaves when the input has ended', async () => {
    const pipeline = new DynamicPipeline([1, 2, 3], { buffer: 0 });
    pipeline.add('only', (item) => item, { buffer: 5 });
    const reader = pipeline[Symbol.asyncIterator]();
    expect((await reader.next()).value).toBe(1);
    await tick();
    const removing = pipeline.remove('only');
    expect([await reader.next(), await reader.next(), await reader.next()]).toMatchObject([
      { value: 2 },
      { value: 3 },
      { done: true },
    ]);
    expect(await removing).toMatchObject({ processed: 3 });
  });

  it('closes also while a stage is leaving, and takes nothing new in afterwards', async () => {
    const source = new Channel<number>(5);
    const pipeline = new DynamicPipeline(source, { buffer: 0 });
    pipeline.add('stuck', (item) => item, { buffer: 0 });
    const reader = pipeline[Symbol.asyncIterator]();
    const first = reader.next();
    for (let item = 0; item < 5; item++) await source.send(item);
    await first;
    await tick();
    const removing = pipeline.remove('stuck');
    await tick();
    await pipeline.close();
    await removing;
    pipeline.add('idle', (item) => item);
    expect((await reader.next()).done).toBe(true);
    await pipeline.remove('idle');
    expect(source.isClosed).toBe(true);
  });

  it('reports failures of all its stages, and finishes as a pipeline does', async () => {
    const source = new Channel<number>(5);
    await using pipeline = new DynamicPipeline<number>(source);
    pipeline.add('picky', (item) => {
      if (item === 1) throw new Error('not one');
      return item;
    });
    const reading = read(pipeline);
    for (const item of [0, 1, 2]) await source.send(item);
    await tick();
    pipeline.finish();
    expect(await reading).toEqual([0, 2]);
    expect(await read(pipeline.errors)).toMatchObject([{ stage: 'picky', item: 1, attempt: 1 }]);
  });

  it('can feed a pipeline, whose reader cancels it by leaving', async () => {
    const source = new Channel<number>(5);
    const dynamic = new DynamicPipeline<number>(source);
    dynamic.add('double', (item) => item * 2);
    for (const item of [1, 2]) await source.send(item);
    for await (const text of Pipeline.from(dynamic).stage('text', (item) => `${item}`)) {
      expect(text).toBe('2');
      break;
    }
    expect(source.isClosed).toBe(true);
  });

  it('refuses a name that is taken or not there', async () => {
    const pipeline = new DynamicPipeline([1]);
    pipeline.add('one', (item) => item);
    expect(() => pipeline.add('one', (item) => item)).toThrow('has a stage "one" already');
    expect(() => pipeline.add('two', (item) => item, { before: 'none' })).toThrow('has no stage "none"');
    await expect(pipeline.remove('none')).rejects.toThrow('has no stage "none"');
  });
});

type Step =
  | { readonly kind: 'send' }
  | { readonly kind: 'read' }
  | { readonly kind: 'settle' }
  | { readonly kind: 'add'; readonly place: number; readonly workers: number; readonly buffer: number }
  | { readonly kind: 'remove'; readonly place: number };

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Step>({ kind: 'send' }) },
    { weight: 3, arbitrary: fc.constant<Step>({ kind: 'read' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'settle' }) },
    {
      weight: 2,
      arbitrary: fc.record<Step & { kind: 'add' }>({
        kind: fc.constant('add'),
        place: fc.nat(6),
        workers: fc.integer({ min: 1, max: 3 }),
        buffer: fc.nat(2),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record<Step & { kind: 'remove' }>({ kind: fc.constant('remove'), place: fc.nat(6) }),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

interface Item {
  readonly id: number;
  readonly through: readonly string[];
}

/** Plays the steps; stages take a chance-given number of microtasks and fail now and then. */
async function play(script: readonly Step[], delays: readonly number[], ordered: boolean) {
  const source = new Channel<Item>(100);
  const pipeline = new DynamicPipeline<Item>(source, { buffer: 1, errors: { capacity: 1000 } });
  const reader = pipeline[Symbol.asyncIterator]();
  const reads: Promise<IteratorResult<Item, undefined>>[] = [];
  const removals: Promise<unknown>[] = [];
  let sent = 0;
  let named = 0;
  let worked = 0;
  for (const step of script) {
    const { stages } = pipeline;
    if (step.kind === 'send') source.trySend({ id: sent++, through: [] });
    else if (step.kind === 'read') reads.push(reader.next());
    else if (step.kind === 'settle') await tick();
    else if (step.kind === 'add') {
      const name = `s${named++}`;
      const before = stages[step.place];
      const { workers, buffer } = step;
      const work = async ({ id, through }: Item): Promise<Item> => {
        for (let turns = delays[worked++ % delays.length] ?? 0; turns > 0; turns--) await Promise.resolve();
        if (id % 7 === 3) throw new Error('unlucky');
        return { id, through: [...through, name] };
      };
      pipeline.add(name, work, { workers, buffer, ordered, ...(before === undefined ? {} : { before }) });
    } else {
      const name = stages[step.place];
      if (name !== undefined) removals.push(pipeline.remove(name));
    }
    await Promise.resolve();
  }
  source.close();
  const early = await Promise.all(reads);
  const out = early.flatMap((result) => (result.done === true ? [] : [result.value]));
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) out.push(next.value);
  await Promise.all(removals);
  const failed = (await read(pipeline.errors)).map(({ item }) => item);
  return { sent, out, failed };
}

describe.each([true, false])('stages that come and go at random, ordered %s', (ordered) => {
  it('lose none, duplicate none and keep the order when asked to', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.array(fc.nat(8), { minLength: 1, maxLength: 10 }),
        async (script, delays) => {
          const { sent, out, failed } = await play(script, delays, ordered);
          const everything = [...out, ...failed].map(({ id }) => id).sort((a, b) => a - b);
          expect(everything).toEqual(Array.from({ length: sent }, (_, id) => id));
          for (const { through } of out) expect(new Set(through).size).toBe(through.length);
          if (ordered) {
            const ids = out.map(({ id }) => id);
            expect(ids).toEqual([...ids].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
