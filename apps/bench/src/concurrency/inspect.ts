import { Channel, DeadlockDetector, inspect, Mutex, Profiler, WorkerPool } from '@zaphub/concurrency';
import type { Comparison, Operation } from './comparison.ts';
import { type Library, loadCopies } from './library-copies.ts';

type Primitives = Pick<Library, 'Channel' | 'Mutex' | 'WorkerPool'>;

/** Differences of a few per cent show in the median of many short rounds only. */
const roundsFactor = 8;
const work = async (input: number): Promise<number> => input;

const pass =
  (from: Primitives): Operation =>
  (count) =>
    passAll(new from.Channel<number>(64), count);

const lock =
  (from: Primitives): Operation =>
  async (count) => {
    const mutex = new from.Mutex();
    for (let done = 0; done < count; done++) (await mutex.acquire()).release();
  };

const pool =
  (from: Primitives): Operation =>
  (count) =>
    workAll(new from.WorkerPool(work, { concurrency: 10 }), count);

/** Another copy at each run, so that the median is of all of them. */
function inTurn(libraries: readonly Library[], operation: (from: Primitives) => Operation): Operation {
  const operations = libraries.map(operation);
  let runs = 0;
  return (count) => operations[runs++ % operations.length]?.(count) ?? Promise.resolve();
}

const hooked = await loadCopies({ hooks: true });
const bare = await loadCopies({ hooks: false });
const library: Primitives = { Channel, Mutex, WorkerPool };

/** What it costs that something can be watched, and what it costs to watch it. */
export const inspectComparisons: readonly Comparison[] = [
  {
    row: 'channel: not inspected',
    count: 100_000,
    roundsFactor,
    byProcessorTime: true,
    ours: inTurn(hooked, pass),
    peers: { 'without hooks': inTurn(bare, pass) },
    goals: [{ peer: 'without hooks', ratio: 0.98 }],
    note: 'without hooks: the same sources, in which nobody asks for an observer; four copies of each, in turn',
  },
  {
    row: 'mutex: not watched',
    count: 100_000,
    roundsFactor,
    byProcessorTime: true,
    ours: inTurn(hooked, lock),
    peers: { 'without hooks': inTurn(bare, lock) },
    goals: [{ peer: 'without hooks', ratio: 0.98 }],
  },
  {
    row: 'pool of 10: not profiled',
    count: 50_000,
    roundsFactor,
    byProcessorTime: true,
    ours: inTurn(hooked, pool),
    peers: { 'without hooks': inTurn(bare, pool) },
    goals: [{ peer: 'without hooks', ratio: 0.98 }],
  },
  {
    row: 'channel: inspected',
    count: 100_000,
    roundsFactor,
    byProcessorTime: true,
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
    count: 100_000,
    roundsFactor,
    byProcessorTime: true,
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
    count: 50_000,
    roundsFactor,
    byProcessorTime: true,
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
