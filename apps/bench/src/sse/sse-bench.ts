import type { BenchOptions, BenchRow } from '../bench-row.ts';
import { openStage } from '../send/stage.ts';
import { measureInstances } from './instances.ts';
import { type CrowdResult, measureCrowds } from './measure-crowd.ts';
import { makeAudience, startApi, startBareServer } from './servers.ts';

const goals = { memory: 0.85, speed: 0.9, p99Ms: 1000, growthBytes: 1024 };

/**
 * The product's event streams (who is calling, tenants, ids, heartbeats, limits) beside bare `node:http`, with
 * readers in other processes. `--connections` is the size of the crowd (default 10,000 and 19,000), `--minutes` how
 * long the memory is watched (default a sixth of one). `--only instances` kills one of three behind nginx, `--only
 * crowd` leaves that out.
 */
export async function* sseBench(options: BenchOptions): AsyncIterable<BenchRow> {
  const stage = await openStage();
  // Its idle connections are cut when the stage closes Postgres.
  stage.pool.on('error', () => undefined);
  try {
    const audience = await makeAudience(stage);
    if (options.only === undefined || options.only === 'instances') {
      options.tell('three instances behind nginx, one of them killed');
      yield await measureInstances(stage, audience);
    }
    if (options.only === 'instances') return;
    const sizes = options.connections === undefined ? [10_000, 19_000] : [options.connections];
    for (const size of sizes) {
      options.tell(`${size} readers each`);
      const [ours, bare] = [await startApi(stage, audience), await startBareServer()];
      try {
        const watchMs = (options.minutes ?? 1 / 6) * 60_000;
        const results = await measureCrowds({ ours, bare }, { size, rounds: options.rounds, watchMs });
        yield* rows(size, results.ours, results.bare);
      } finally {
        await ours.close();
        await bare.close();
      }
    }
  } finally {
    await stage.close();
  }
}

function* rows(size: number, ours: CrowdResult, bare: CrowdResult): Iterable<BenchRow> {
  const row = (
    name: string,
    unit: string,
    of: keyof CrowdResult,
    goal: { ratio?: number; atMost?: number },
  ): BenchRow => {
    const ratio = ours[of] / bare[of];
    const { ratio: least, atMost } = goal;
    return {
      bench: 'sse',
      row: `${name}, ${size} readers`,
      unit,
      ours: ours[of],
      peers: { 'node:http': bare[of] },
      ratio: least === undefined ? null : ratio,
      goal: least === undefined ? `<= ${atMost} ${unit}` : `>= ${least} x node:http`,
      ok: least === undefined ? ours[of] <= (atMost ?? 0) : ratio >= least,
    };
  };
  const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
  yield {
    ...row('connections per GiB', 'conn', 'connectionsPerGiB', { ratio: goals.memory }),
    notes: [
      `${kB(ours.bytesPerConnection)} each, bare ${kB(bare.bytesPerConnection)}; ` +
        `${Math.round(ours.connectedPerSecond)} connected a second, bare ${Math.round(bare.connectedPerSecond)}`,
    ],
  };
  const us = (result: CrowdResult): string => `${result.cpuUsPerDelivery.toFixed(1)} µs`;
  yield {
    ...row('deliveries', '/s', 'deliveriesPerSecond', { ratio: goals.speed }),
    notes: [`${us(ours)} of processor time each, bare ${us(bare)}`],
  };
  yield row('one event to all, p99', 'ms', 'p99Ms', { atMost: goals.p99Ms });
  yield {
    ...row('growth over time', 'B/conn', 'growthBytesPerConnection', { atMost: goals.growthBytes }),
    peers: {},
  };
}
