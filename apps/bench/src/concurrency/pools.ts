import {
  AdaptivePool,
  BatchProcessor,
  boundedParallel,
  coalesce,
  type CoalescingCache,
  WorkerPool,
} from '@zaphub/concurrency';
import DataLoader from 'dataloader';
import fastq from 'fastq';
import { LRUCache } from 'lru-cache';
import pMemoize from 'p-memoize';
import PQueue from 'p-queue';
import type { Comparison, Operation } from './comparison.ts';

const concurrency = 10;
const levels = 5;
const work = async (): Promise<number> => 1;

/** Pools get their tasks all at once, 20,000 a pool. */
function burst(fill: (tasks: number) => Promise<unknown>): Operation {
  return async (count) => {
    for (let left = count; left > 0; left -= 20_000) await fill(Math.min(left, 20_000));
  };
}

const poolComparisons: readonly Comparison[] = [
  {
    row: 'worker pool: 20,000 tasks, 10 at once',
    count: 200_000,
    ours: burst(async (tasks) => {
      const pool = new WorkerPool(work, { concurrency });
      for (let task = 0; task < tasks; task++) void pool.submit(task);
      await pool.onIdle();
    }),
    peers: {
      'fastq.promise': burst(async (tasks) => {
        const queue = fastq.promise(work, concurrency);
        for (let task = 0; task < tasks; task++) void queue.push(task);
        await queue.drained();
      }),
      'p-queue': burst(async (tasks) => {
        const queue = new PQueue({ concurrency });
        for (let task = 0; task < tasks; task++) void queue.add(work);
        await queue.onIdle();
      }),
    },
    peerCounts: { 'p-queue': 40_000 },
    goals: [
      { peer: 'fastq.promise', ratio: 1 },
      { peer: 'p-queue', ratio: 5 },
    ],
  },
  {
    row: `worker pool: the same with ${levels} priorities`,
    count: 200_000,
    ours: burst(async (tasks) => {
      const pool = new WorkerPool(work, { concurrency });
      for (let task = 0; task < tasks; task++) void pool.submit(task, { priority: task % levels });
      await pool.onIdle();
    }),
    peers: {
      'p-queue': burst(async (tasks) => {
        const queue = new PQueue({ concurrency });
        for (let task = 0; task < tasks; task++) void queue.add(work, { priority: task % levels });
        await queue.onIdle();
      }),
      'ours, ageing': burst(async (tasks) => {
        const pool = new WorkerPool(work, { concurrency, ageing: 100 });
        for (let task = 0; task < tasks; task++) void pool.submit(task, { priority: task % levels });
        await pool.onIdle();
      }),
    },
    peerCounts: { 'p-queue': 40_000 },
    goals: [{ peer: 'p-queue', ratio: 4 }],
  },
  {
    row: 'adaptive pool: 20,000 tasks, 10 at once',
    count: 200_000,
    ours: burst(async (tasks) => {
      const pool = new AdaptivePool(work, { minWorkers: concurrency, maxWorkers: 100 });
      for (let task = 0; task < tasks; task++) void pool.submit(task);
      await pool.onIdle();
      await pool.close();
    }),
    peers: {
      'our WorkerPool': burst(async (tasks) => {
        const pool = new WorkerPool(work, { concurrency });
        for (let task = 0; task < tasks; task++) void pool.submit(task);
        await pool.onIdle();
        await pool.close();
      }),
    },
    goals: [{ peer: 'our WorkerPool', ratio: 0.9 }],
  },
  {
    row: 'boundedParallel: 20,000 items, 10 at once',
    count: 200_000,
    ours: burst((tasks) => boundedParallel(numbers(tasks), concurrency, work)),
    peers: {
      'p-queue addAll': burst((tasks) =>
        new PQueue({ concurrency }).addAll(Array.from(numbers(tasks), () => work)),
      ),
    },
    peerCounts: { 'p-queue addAll': 40_000 },
    goals: [{ peer: 'p-queue addAll', ratio: 5 }],
  },
];

const batchSize = 100;

const batchOptions = { maxSize: batchSize, maxWaitMs: 1, concurrency: 10 };

const dataloader: Operation = async (count) => {
  const loader = new DataLoader<number, number>(async (keys) => keys, {
    cache: false,
    maxBatchSize: batchSize,
  });
  for (let done = 0; done < count; done += 1000) await lastOf(1000, (key) => loader.load(key));
};

const batchComparisons: readonly Comparison[] = [
  {
    row: 'batches of 100: add and know it is done, 1,000 in flight',
    count: 300_000,
    ours: async (count) => {
      const batches = new BatchProcessor<number>({ ...batchOptions, process: async () => undefined });
      for (let done = 0; done < count; done += 1000) await lastOf(1000, (item) => batches.add(item));
      await batches.close();
    },
    peers: { dataloader },
    goals: [{ peer: 'dataloader', ratio: 1.5 }],
    note: 'adders of one batch share its promise; dataloader always gives each a value of its own, and has no bound, no abort, no close',
  },
  {
    row: 'batches of 100: load and get a result, 1,000 in flight',
    count: 300_000,
    ours: async (count) => {
      const batches = new BatchProcessor({
        ...batchOptions,
        load: async (items: readonly number[]) => items,
      });
      for (let done = 0; done < count; done += 1000) await lastOf(1000, (item) => batches.add(item));
      await batches.close();
    },
    peers: { dataloader },
    goals: [{ peer: 'dataloader', ratio: 1.5 }],
    note: 'misses: a promise for each item is most of the time on both sides, compare with the floor; where no result is asked for, the row above, it is not made; cache of dataloader off',
  },
];

const keys = 1000;
const ttlMs = 60_000;
const load = async (key: number): Promise<number> => key + 1;

type Get = (key: number) => Promise<unknown>;

/** Caches that expire values by the clock at the moment of the call, not by one read a while ago. */
const caches: Readonly<Record<'ours' | 'p-memoize' | 'lru-cache fetch', () => Get>> = {
  ours: () => {
    const cache: CoalescingCache<number, number> = coalesce(load, { ttlMs, maxEntries: keys });
    return (key) => cache.get(key);
  },
  'p-memoize': () =>
    pMemoize(load, { cache: new LRUCache<number, number>({ max: keys, ttl: ttlMs, ttlResolution: 0 }) }),
  'lru-cache fetch': () => {
    const cache = new LRUCache({ max: keys, ttl: ttlMs, ttlResolution: 0, fetchMethod: load });
    return (key) => cache.fetch(key);
  },
};

/** The same use of each cache. */
function use(of: (make: () => Get, count: number) => Promise<unknown>): Pick<Comparison, 'ours' | 'peers'> {
  const { ours, ...peers } = caches;
  const operation =
    (make: () => Get): Operation =>
    (count) =>
      of(make, count);
  return {
    ours: operation(ours),
    peers: Object.fromEntries(Object.entries(peers).map(([name, make]) => [name, operation(make)])),
  };
}

const coalesceGoals = [
  { peer: 'p-memoize', ratio: 1.5 },
  { peer: 'lru-cache fetch', ratio: 1.5 },
];

const coalesceComparisons: readonly Comparison[] = [
  {
    row: 'coalesce: hits, each awaited',
    count: 500_000,
    ...use(async (make, count) => {
      const get = make();
      for (let key = 0; key < keys; key++) await get(key);
      for (let done = 0; done < count; done++) await get((done * 7919) % keys);
    }),
    goals: coalesceGoals,
    note: 'an await and a reading of the clock are most of our time: compare with the floor',
  },
  {
    row: 'coalesce: hits, 100 callers at once',
    count: 500_000,
    ...use(async (make, count) => {
      const get = make();
      for (let key = 0; key < keys; key++) await get(key);
      for (let done = 0; done < count; done += 100)
        await lastOf(100, (caller) => get((caller * 7919) % keys));
    }),
    goals: coalesceGoals,
  },
  {
    row: 'coalesce: misses, 100 callers of each key at once',
    count: 500_000,
    ...use(async (make, count) => {
      const get = make();
      for (let key = 0; key < count / 100; key++) await lastOf(100, () => get(key));
    }),
    goals: coalesceGoals,
  },
  {
    row: 'coalesce: misses, one caller a key',
    count: 50_000,
    ...use(async (make, count) => {
      const get = make();
      for (let key = 0; key < count; key++) await get(key);
    }),
    goals: coalesceGoals,
  },
];

/** Pools, batches and the coalescing cache beside their peers. */
export const poolsComparisons: readonly Comparison[] = [
  ...poolComparisons,
  ...batchComparisons,
  ...coalesceComparisons,
];

function* numbers(count: number): Generator<number> {
  for (let number = 0; number < count; number++) yield number;
}

/** Asks so many times at once and waits for the last answer, which comes when all have. */
async function lastOf(count: number, ask: (caller: number) => Promise<unknown>): Promise<void> {
  let last: Promise<unknown> | undefined;
  for (let caller = 0; caller < count; caller++) last = ask(caller);
  await last;
}
