import * as library from '@zaphub/concurrency';
import { Channel, DeadlockDetector, inspect, Mutex, Profiler, WorkerPool } from '@zaphub/concurrency';
import type { Comparison, Operation } from './comparison.ts';
import { loadWithoutHooks } from './without-hooks.ts';

const bare = await loadWithoutHooks();
/** Differences of a few per cent show in the median of many short rounds only. */
const roundsFactor = 5;
const work = async (input: number): Promise<number> => input;

const pass =
  (from: typeof library): Operation =>
  async (count) => {
    const channel = new from.Channel<number>(64);
    await passAll(channel, count);
  };

const lock =
  (from: typeof library): Operation =>
  async (count) => {
    const mutex = new from.Mutex();
    for (let done = 0; done < count; done++) (await mutex.acquire()).release();
  };

const pool =
  (from: typeof library): Operation =>
  async (count) => {
    await workAll(new from.WorkerPool(work, { concurrency: 10 }), count);
  };

/** What it costs that something can be watched, and what it costs to watch it. */
export const inspectComparisons: readonly Comparison[] = [
  {
    row: 'channel: not inspected',
    count: 300_000,
    roundsFactor,
    ours: pass(library),
    peers: { 'without hooks': pass(bare) },
    goals: [{ peer: 'without hooks', ratio: 0.98 }],
    note: 'without hooks: the same sources, in which nobody asks for an observer',
  },
  {
    row: 'mutex: not watched',
    count: 500_000,
    roundsFactor,
    ours: lock(library),
    peers: { 'without hooks': lock(bare) },
    goals: [{ peer: 'without hooks', ratio: 0.98 }],
  },
  {
    row: 'pool of 10: not profiled',
    count: 200_000,
    roundsFactor,
    ours: pool(library),
    peers: { 'without hooks': pool(bare) },
    goals: [{ peer: 'without hooks', ratio: 0.98 }],
  },
  {
    row: 'channel: inspected',
    count: 300_000,
    roundsFactor,
    ours: async (count) => {
      const channel = new Channel<number>(64);
      using _inspection = inspect(channel);
      await passAll(channel, count);
    },
    peers: { 'not inspected': pass(library) },
    goals: [{ peer: 'not inspected', ratio: 0.8 }],
  },
  {
    row: 'mutex: watched for deadlocks',
    count: 500_000,
    roundsFactor,
    ours: async (count) => {
      const mutex = new Mutex();
      await using detector = new DeadlockDetector({ onDeadlock: () => undefined });
      detector.watchLock('mutex', mutex);
      const task = detector.task('task');
      const acquire = () => mutex.acquire();
      for (let done = 0; done < count; done++) (await task.call(acquire)).release();
    },
    peers: { 'not watched': lock(library) },
    goals: [{ peer: 'not watched', ratio: 0.8 }],
  },
  {
    row: 'pool of 10: profiled',
    count: 200_000,
    roundsFactor,
    ours: async (count) => {
      const workers = new WorkerPool(work, { concurrency: 10 });
      new Profiler().watch('workers', workers);
      await workAll(workers, count);
    },
    peers: { 'not profiled': pool(library) },
    goals: [{ peer: 'not profiled', ratio: 0.8 }],
    note: 'the work does nothing; of small tasks in such numbers the profiler times one in 16, and counts all',
  },
];

async function passAll(channel: Channel<number>, count: number): Promise<void> {
  const sending = (async () => {
    for (let value = 0; value < count; value++) await channel.send(value);
  })();
  for (let received = 0; received < count; received++) await channel.receive();
  await sending;
}

async function workAll(workers: WorkerPool<number, number>, count: number): Promise<void> {
  for (let input = 0; input < count; input++) void workers.submit(input);
  await workers.onIdle();
}
