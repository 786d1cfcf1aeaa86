import { AppError } from '@zaphub/types';
import {
  createPostgresBackend as bullPostgres,
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  Queue,
  runMigrations,
  SchemaMigrationRequiredError,
  Worker,
} from 'bullmq';
import pg from 'pg';
import { type BullBackend, maxProcessDeaths, retryAfterErrorMs } from './bull-backend.ts';
import { wrapQueue } from './bull-queue.ts';
import { within } from './within.ts';

/** Settings of the Postgres backend. */
export interface PostgresBackendOptions {
  /** Of the role that owns the schema; not through a transaction pooler, since workers listen on it. */
  readonly connectionString: string;
  /** Where BullMQ's tables are; must exist and belong to the role that connects. */
  readonly schema: string;
}

/** Connections of all queues together. */
const queueConnections = 4;
/** Connections of all workers together: each keeps one to listen on, and they share the others. */
const workerConnections = 40;

/** BullMQ on Postgres. Opens nothing before `prepare`. */
export function createPostgresBackend({ connectionString, schema }: PostgresBackendOptions): BullBackend {
  const config = {
    connectionString,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    application_name: 'zaphub-queues',
  };
  const probe = new pg.Pool({ ...config, max: 1, idleTimeoutMillis: 10_000 });
  // An idle connection that drops is replaced at the next use.
  probe.on('error', () => undefined);
  // Shared: with pools of their own, the dozen queues and workers of a process would hold dozens of connections at
  // rest, and a server has a hundred. BullMQ takes a pool as it is, with the search path that it would set itself.
  const openPool = (max: number) => {
    const pool = new pg.Pool({ ...config, max, options: `-c search_path="${schema}"` });
    pool.setMaxListeners(0);
    pool.on('error', () => undefined);
    return pool;
  };
  const ofQueues = openPool(queueConnections);
  const ofWorkers = openPool(workerConnections);

  return {
    async prepare() {
      const client = await probe.connect();
      try {
        await migrateSchema(client, schema);
      } finally {
        client.release();
      }
    },
    async ping() {
      await probe.query('select 1');
    },
    openQueue(name, onError) {
      const queue = new Queue<
        unknown,
        unknown,
        string,
        unknown,
        unknown,
        string,
        PostgresQueueBackend,
        PostgresConnectionOptions
      >(name, { connection: asConnection(ofQueues), streams: { events: { maxLen: 1000 } } }, bullPostgres);
      queue.on('error', onError);
      return wrapQueue(queue, {
        close: () => queue.close(),
        abandon: () => void queue.disconnect().catch(() => undefined),
      });
    },
    openWorker(name, settings) {
      const worker = new Worker<
        unknown,
        unknown,
        string,
        PostgresQueueBackend,
        number,
        PostgresConnectionOptions
      >(
        name,
        (job) => settings.process(job),
        {
          connection: asConnection(ofWorkers),
          autorun: false,
          concurrency: settings.concurrency,
          lockDuration: settings.lockMs,
          stalledInterval: settings.lockMs / 2,
          maxStalledCount: maxProcessDeaths,
          runRetryDelay: retryAfterErrorMs,
          settings: { backoffStrategy: settings.backoffDelayMs },
        },
        bullPostgres,
      );
      worker.on('error', settings.onError);
      return {
        waitUntilReady: () => worker.waitUntilReady(),
        run: () => worker.run(),
        close: () => worker.close(),
        abandon: () => void worker.disconnect().catch(() => undefined),
      };
    },
    close: async () => {
      const ended = Promise.all([probe, ofQueues, ofWorkers].map((pool) => pool.end()));
      // A connection that was left behind with a server that does not answer would be waited for.
      await within(ended, { what: 'closing the pools', timeoutMs: 2000 }).catch(() => undefined);
    },
  };
}

/** A real pool is what BullMQ takes by its documentation; its type asks for an index signature as well. */
function asConnection(pool: pg.Pool): PostgresConnectionOptions {
  return pool as unknown as PostgresConnectionOptions;
}

/**
 * Brings BullMQ's tables up to date, once, however many processes start together: BullMQ takes an advisory lock
 * for it. The schema itself is made by our migrations, so the right to create schemas is not needed.
 */
async function migrateSchema(client: pg.PoolClient, schema: string): Promise<void> {
  if ((await currentVersion(client, schema)) >= LATEST_SCHEMA_VERSION) return;
  const withoutCreateSchema = {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- BullMQ's interface has it
    async query<R>(text: string, values: readonly unknown[] = []): Promise<{ rows: R[] }> {
      // Even `if not exists` demands the right to create schemas in this database.
      if (text.startsWith('CREATE SCHEMA')) return { rows: [] };
      const { rows } = await client.query(text, [...values]);
      return { rows };
    },
  };
  await runMigrations(withoutCreateSchema, schema);
}

async function currentVersion(client: pg.PoolClient, schema: string): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, schema);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw new AppError('internal', `the queue schema "${schema}" cannot be used`, { cause: error });
  }
}
