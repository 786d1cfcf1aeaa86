import { startRedis } from '@zaphub/testing';
import type { Bench, BenchOptions, BenchRow } from '../bench-row.ts';
import { median, medianRounds } from '../rounds.ts';
import { runFloor } from './floor.ts';
import { type OurRun, type OurWorker, startOurWorker } from './ours.ts';
import { runGraphile } from './peers/graphile.ts';
import { runJobPerMessage } from './peers/job-per-message.ts';
import { runLoopingJob } from './peers/looping-job.ts';
import { openStage, type Stage } from './stage.ts';

const [small, medium, million] = [1_000, 10_000, 1_000_000];
// The peers' cost per message does not depend on the size, and the slow ones would take minutes at ours.
/** Connections that the messages of the rows with receipts are spread over. */
const connections = 100;
const peerSizes = { looping: 500, jobPg: 2_000, jobRedis: 10_000, graphile: 10_000 };

/**
 * The send path from the start of a campaign until every row is `sent`, beside three ways peers do it and the bare
 * statements of the ledger, interleaved on one database. Rates in messages a second, medians.
 */
export const sendBench: Bench = async function* (options) {
  const large = options.rows ?? 100_000;
  const stage = await openStage();
  const redis = await startRedis();
  try {
    yield* compare(stage, redis.url, large, options);
    yield* measureMemory(stage, large, options);
  } finally {
    await redis.close();
    await stage.close();
  }
};

async function* compare(
  stage: Stage,
  redisUrl: string,
  large: number,
  { rounds, tell }: BenchOptions,
): AsyncGenerator<BenchRow> {
  const workers = takeTurns(stage, redisUrl);
  try {
    const costs = new Map<number, number[]>();
    const ours = async (backend: Backend, count: number): Promise<number> => {
      const worker = await workers.use(backend);
      tell(`our send path on ${backend}, ${count} messages`);
      const run = await worker.run(count);
      if (backend === 'postgres') costs.set(count, [...(costs.get(count) ?? []), run.seconds / count]);
      return count / run.seconds;
    };
    const withReceipts = async (backend: Backend): Promise<number> => {
      const worker = await workers.use(backend, { receipts: true });
      tell(`our send path on ${backend} with receipts, ${large} messages over ${connections} connections`);
      return large / (await worker.runSpread(large, connections));
    };
    const peer = async (name: string, count: number, seconds: () => Promise<number>): Promise<number> => {
      tell(`${name}, ${count} messages`);
      return count / (await seconds());
    };
    const rates = await medianRounds(
      {
        small: () => ours('postgres', small),
        medium: () => ours('postgres', medium),
        large: () => ours('postgres', large),
        largeOnRedis: () => ours('redis', large),
        withReceipts: () => withReceipts('postgres'),
        withReceiptsOnRedis: () => withReceipts('redis'),
        looping: () => peer('looping job', peerSizes.looping, () => runLoopingJob(stage, peerSizes.looping)),
        jobPg: () =>
          peer('job a message, Postgres', peerSizes.jobPg, () => runJobPerMessage(stage, peerSizes.jobPg)),
        jobRedis: () =>
          peer('job a message, Redis', peerSizes.jobRedis, () =>
            runJobPerMessage(stage, peerSizes.jobRedis, redisUrl),
          ),
        graphile: () =>
          peer('graphile-worker', peerSizes.graphile, () => runGraphile(stage, peerSizes.graphile)),
        floor: () => peer('bare statements', large, () => runFloor(stage, large)),
      },
      rounds,
    );
    const size = large.toLocaleString('en');
    yield compared(`${small} vs looping job`, rates.small, 'looping_job', rates.looping);
    yield compared(`${medium} vs looping job`, rates.medium, 'looping_job', rates.looping);
    yield compared(`${size} vs looping job`, rates.large, 'looping_job', rates.looping);
    yield compared(`${size} vs a job a message, Postgres`, rates.large, 'bullmq_postgres', rates.jobPg, 15);
    yield compared(
      `${size} vs a job a message, Redis`,
      rates.largeOnRedis,
      'bullmq_redis',
      rates.jobRedis,
      2,
    );
    yield compared(`${size} vs graphile-worker`, rates.large, 'graphile_worker', rates.graphile, 1.5);
    yield compared(`${size} vs bare statements`, rates.large, 'statements', rates.floor, 0.5);
    const spread = `${size} over ${connections} connections, delivered and read`;
    yield compared(
      `${spread}, vs a job a message, Postgres`,
      rates.withReceipts,
      'bullmq_postgres',
      rates.jobPg,
      10,
    );
    yield compared(`${spread}, vs graphile-worker`, rates.withReceipts, 'graphile_worker', rates.graphile, 1);
    yield compared(
      `${spread}, vs a job a message, Redis`,
      rates.withReceiptsOnRedis,
      'bullmq_redis',
      rates.jobRedis,
      2,
    );
    yield flatCost(costs, large);
  } finally {
    await workers.close();
  }
}

type Backend = 'postgres' | 'redis';
type WorkerKind = { readonly receipts?: boolean };

/** One worker at a time, warmed up: two on one database would relay each other's jobs. */
function takeTurns(
  stage: Stage,
  redisUrl: string,
): { use(backend: Backend, options?: WorkerKind): Promise<OurWorker>; close(): Promise<void> } {
  let current: { backend: Backend; receipts: boolean; worker: OurWorker } | undefined;
  const close = async (): Promise<void> => {
    await current?.worker.close();
    current = undefined;
  };
  return {
    close,
    async use(backend, { receipts = false } = {}) {
      if (current?.backend === backend && current.receipts === receipts) return current.worker;
      await close();
      const worker = await startOurWorker(stage, {
        redisUrl: backend === 'redis' ? redisUrl : undefined,
        receipts,
      });
      current = { backend, receipts, worker };
      if (receipts) await worker.runSpread(medium, connections);
      else await worker.run(medium);
      return worker;
    },
  };
}

function compared(row: string, ours: number, peer: string, theirs: number, atLeast?: number): BenchRow {
  const ratio = ours / theirs;
  return {
    bench: 'send',
    row,
    unit: 'msg/s',
    ours,
    peers: { [peer]: theirs },
    ratio,
    goal: atLeast === undefined ? 'none' : `>= ${atLeast} x ${peer}`,
    ok: atLeast === undefined || ratio >= atLeast,
  };
}

function flatCost(costs: ReadonlyMap<number, readonly number[]>, large: number): BenchRow {
  // The first of each is the warm-up.
  const micros = (count: number): number => median((costs.get(count) ?? []).slice(1)) * 1e6;
  const [ours, theirs] = [micros(large), micros(medium)];
  return {
    bench: 'send',
    row: `time a message, ${large.toLocaleString('en')} / ${medium.toLocaleString('en')}`,
    unit: 'us',
    ours,
    peers: { at_10k: theirs },
    ratio: ours / theirs,
    goal: 'within 20 %',
    ok: Math.abs(ours / theirs - 1) <= 0.2,
  };
}

/** Peaks belong to a process, so each size gets a worker of its own. */
async function* measureMemory(stage: Stage, large: number, { tell }: BenchOptions): AsyncGenerator<BenchRow> {
  const peak = async (count: number): Promise<OurRun> => {
    tell(`memory of a fresh worker, ${count} messages`);
    const worker = await startOurWorker(stage);
    try {
      return await worker.run(count);
    } finally {
      await worker.close();
    }
  };
  const atLarge = await peak(large);
  yield memoryRow(`worker's peak memory at ${large.toLocaleString('en')}`, atLarge.peakRssMb, null);
  const atMillion = await peak(million);
  yield memoryRow(`worker's peak memory at ${million.toLocaleString('en')}`, atMillion.peakRssMb, null);
  yield memoryRow('growth of the peak to 1 M', atMillion.peakRssMb, atLarge.peakRssMb);
}

function memoryRow(row: string, ours: number, before: number | null): BenchRow {
  const ratio = before === null ? null : ours / before;
  return {
    bench: 'send',
    row,
    unit: 'MB',
    ours,
    peers: before === null ? {} : { before },
    ratio,
    goal: ratio === null ? '< 145 MB' : '<= 1.1 x before',
    ok: ratio === null ? ours < 145 : ratio <= 1.1,
  };
}
