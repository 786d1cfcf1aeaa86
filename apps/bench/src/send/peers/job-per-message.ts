import { createPostgresBackend, Queue, Worker } from 'bullmq';
import type { PostgresConnectionOptions, PostgresQueueBackend } from 'bullmq';
import pg from 'pg';
import { assertAllSent, fillPeerTable, peerIds, updateOneRow } from '../stage.ts';
import type { Stage } from '../stage.ts';

interface Payload {
  id: string;
}

const concurrency = 50;
const bulk = 1000;

interface Case {
  addBulk(jobs: { name: 'send'; data: Payload }[]): Promise<unknown>;
  start(handler: (id: string) => Promise<void>): void;
  close(): Promise<void>;
}

/** Seconds for one BullMQ job a message with a row update each, added in bulk, 50 at a time. */
export async function runJobPerMessage(stage: Stage, count: number, redisUrl?: string): Promise<number> {
  await fillPeerTable(stage, count, 1);
  const ids = await peerIds(stage);
  const pool = new pg.Pool({ connectionString: stage.urls.owner, max: 10 });
  const name = `each-${process.pid}-${performance.now().toFixed(0)}`;
  const queue =
    redisUrl === undefined ? await onPostgres(name, stage.urls.owner) : await onRedis(name, redisUrl);
  try {
    const done = Promise.withResolvers<void>();
    let left = count;
    queue.start(async (id) => {
      await pool.query({ name: 'one', text: updateOneRow, values: [id] });
      left -= 1;
      if (left === 0) done.resolve();
    });
    const start = performance.now();
    for (let at = 0; at < ids.length; at += bulk) {
      await queue.addBulk(ids.slice(at, at + bulk).map((id) => ({ name: 'send', data: { id } })));
    }
    await done.promise;
    const seconds = (performance.now() - start) / 1000;
    await assertAllSent(stage, count);
    return seconds;
  } finally {
    await queue.close();
    await pool.end();
  }
}

const keepNothing = { defaultJobOptions: { removeOnComplete: true, removeOnFail: true } };

async function onRedis(name: string, url: string): Promise<Case> {
  const { hostname, port } = new URL(url);
  const connection = { host: hostname, port: Number(port), maxRetriesPerRequest: null };
  const queue = new Queue<Payload>(name, { connection, ...keepNothing });
  await queue.waitUntilReady();
  let worker: Worker<Payload> | undefined;
  return {
    addBulk: (jobs) => queue.addBulk(jobs),
    start(handler) {
      worker = new Worker<Payload>(name, (job) => handler(job.data.id), { connection, concurrency });
    },
    async close() {
      await worker?.close();
      await queue.close();
    },
  };
}

async function onPostgres(name: string, connectionString: string): Promise<Case> {
  const connection = { connectionString, migrate: true };
  const queue = new Queue<
    Payload,
    void,
    'send',
    Payload,
    void,
    'send',
    PostgresQueueBackend,
    PostgresConnectionOptions
  >(name, { connection, ...keepNothing }, createPostgresBackend);
  await queue.waitUntilReady();
  let worker:
    Worker<Payload, void, 'send', PostgresQueueBackend, number, PostgresConnectionOptions> | undefined;
  return {
    addBulk: (jobs) => queue.addBulk(jobs),
    start(handler) {
      worker = new Worker<Payload, void, 'send', PostgresQueueBackend, number, PostgresConnectionOptions>(
        name,
        (job) => handler(job.data.id),
        { connection, concurrency },
        createPostgresBackend,
      );
    },
    async close() {
      await worker?.close();
      await queue.close();
    },
  };
}
