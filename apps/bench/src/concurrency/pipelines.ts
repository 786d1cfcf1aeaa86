import { Pipeline, type StageOptions } from '@zaphub/concurrency';
import { from, lastValueFrom, mergeMap } from 'rxjs';
import type { Comparison } from './comparison.ts';

const increment = async (item: number): Promise<number> => item + 1;

function* upTo(count: number): Iterable<number> {
  for (let item = 0; item < count; item++) yield item;
}

const throughThreeStages = (count: number, options: StageOptions): Promise<number> =>
  Pipeline.from(upTo(count), { buffer: 16 })
    .stage('one', increment, options)
    .stage('two', increment, options)
    .stage('three', increment, options)
    .drain();

async function bareLoop(count: number): Promise<void> {
  for (const item of upTo(count)) await increment(await increment(await increment(item)));
}

const rxjsMergeMap = (count: number): Promise<number> =>
  lastValueFrom(
    from(upTo(count)).pipe(mergeMap(increment, 10), mergeMap(increment, 10), mergeMap(increment, 10)),
  );

const rxjsInOrder = (count: number): Promise<number> =>
  lastValueFrom(
    from(upTo(count)).pipe(mergeMap(increment, 1), mergeMap(increment, 1), mergeMap(increment, 1)),
  );

/** Pipelines beside chains of rxjs operators and the loop that does the same one by one. */
export const pipelinesComparisons: readonly Comparison[] = [
  {
    row: 'pipeline: 3 async stages, 10 workers each, as they come',
    count: 50_000,
    ours: (count) => throughThreeStages(count, { workers: 10, buffer: 16, ordered: false }),
    peers: { 'rxjs mergeMap': rxjsMergeMap, 'bare loop': bareLoop },
    goals: [{ peer: 'rxjs mergeMap', ratio: 1 }],
    note: 'rxjs has no error stream, no measures and no back-pressure (it queues what comes too early without limit); the bare loop is one item at a time, without stages.',
  },
  {
    row: 'pipeline: 3 async stages, 10 workers each, in order',
    count: 50_000,
    ours: (count) => throughThreeStages(count, { workers: 10, buffer: 16 }),
    peers: { 'rxjs mergeMap': rxjsMergeMap },
    goals: [{ peer: 'rxjs mergeMap', ratio: 1 }],
    note: 'mergeMap does not keep the order; rxjs has no operator that works on several at once and does.',
  },
  {
    row: 'pipeline: 3 async stages, one worker each',
    count: 50_000,
    ours: (count) => throughThreeStages(count, { buffer: 16 }),
    peers: { 'rxjs mergeMap': rxjsInOrder, 'bare loop': bareLoop },
    goals: [{ peer: 'rxjs mergeMap', ratio: 1 }],
    note: 'mergeMap with a concurrency of 1 is what concatMap is.',
  },
];
