import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresBackend, Queue, Worker } from 'bullmq';
import type { PostgresConnectionOptions, PostgresQueueBackend } from 'bullmq';
import pg from 'pg';
import { assertAllSent, fillPeerTable, peerIds, updateOneRow } from '../stage.ts';
import type { Stage } from '../stage.ts';

interface Payload {
  ids: string[];
}

/**
 * Seconds for one job that walks over the contacts: a row update, a progress update and a sleep of 0 ms each.
 */
export async function runLoopingJob(stage: Stage, count: number): Promise<number> {
  await fillPeerTable(stage, count, 1);
  const ids = await peerIds(stage);
  const pool = new pg.Pool({ connectionString: stage.urls.owner, max: 2 });
  const connection = { connectionString: stage.urls.owner, migrate: true };
  const name = `loop-${process.pid}-${performance.now().toFixed(0)}`;
  const queue = new Queue<
    Payload,
    void,
    'send',
    Payload,
    void,
    'send',
    PostgresQueueBackend,
    PostgresConnectionOptions
  >(name, { connection }, createPostgresBackend);
  const done = Promise.withResolvers<void>();
  const worker = new Worker<Payload, void, 'send', PostgresQueueBackend, number, PostgresConnectionOptions>(
    name,
    async (job) => {
      for (const [index, id] of job.data.ids.entries()) {
        await pool.query({ name: 'one', text: updateOneRow, values: [id] });
        await job.updateProgress(Math.round(((index + 1) / job.data.ids.length) * 100));
        await sleep(0);
      }
    },
    { connection, concurrency: 5, autorun: false },
    createPostgresBackend,
  );
  worker.on('completed', () => done.resolve());
  worker.on('failed', (_job, error) => done.reject(error));
  try {
    await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
    void worker.run();
    const start = performance.now();
    await queue.add('send', { ids });
    await done.promise;
    const seconds = (performance.now() - start) / 1000;
    await assertAllSent(stage, count);
    return seconds;
  } finally {
    await worker.close();
    await queue.close();
    await pool.end();
  }
}
