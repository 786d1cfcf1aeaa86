import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { assertAllSent, fillPeerTable, peerIds, updateOneRow } from '../stage.ts';
import type { Stage } from '../stage.ts';

const concurrency = 24;
const bulk = 1000;

/** Seconds for one graphile-worker job a message, local queue of 500 and batched completion, a row update each. */
export async function runGraphile(stage: Stage, count: number): Promise<number> {
  await fillPeerTable(stage, count, 1);
  const ids = await peerIds(stage);
  const connectionString = stage.urls.owner;
  const logger = new Logger(() => () => undefined);
  const pool = new pg.Pool({ connectionString, max: 10 });
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  const done = Promise.withResolvers<void>();
  let left = count;
  const runner = await run({
    connectionString,
    logger,
    noHandleSignals: true,
    taskList: {
      send: async (payload) => {
        await pool.query({ name: 'one', text: updateOneRow, values: [idOf(payload)] });
        left -= 1;
        if (left === 0) done.resolve();
      },
    },
    preset: {
      worker: {
        connectionString,
        concurrentJobs: concurrency,
        maxPoolSize: 25,
        pollInterval: 1000,
        logger,
        localQueue: { size: 500 },
        completeJobBatchDelay: 0,
        failJobBatchDelay: 0,
      },
    },
  });
  try {
    const start = performance.now();
    for (let at = 0; at < ids.length; at += bulk) {
      await utils.addJobs(ids.slice(at, at + bulk).map((id) => ({ identifier: 'send', payload: { id } })));
    }
    await done.promise;
    const seconds = (performance.now() - start) / 1000;
    await assertAllSent(stage, count);
    return seconds;
  } finally {
    await runner.stop();
    await utils.release();
    await pool.end();
  }
}

function idOf(payload: unknown): string {
  if (typeof payload === 'object' && payload !== null && 'id' in payload && typeof payload.id === 'string')
    return payload.id;
  throw new Error('a payload without an id');
}
