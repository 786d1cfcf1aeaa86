import type { Database, Listener, Tx } from '@zaphub/db';
import type { Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import { type Failpoints, noFailpoints } from '../failpoints.ts';
import { addStoredJob } from './add-stored-job.ts';
import { outboxChannel } from './enqueue.ts';

const batchSize = 50;
const pollMs = 1_000;
const longestWaitMs = 5_000;

export interface RelayDeps {
  readonly db: Database;
  readonly queues: Queues;
  readonly logger: Logger;
  readonly failpoints?: Failpoints;
}

/** Moves jobs from the outbox to the queue, for as long as it runs. Several relays share the work. */
export interface Relay {
  close(): Promise<void>;
}

interface OutboxRow {
  readonly id: number;
  readonly job: string;
  readonly payload: unknown;
}

/**
 * Relays on every notification, and every second in case one was lost. A job is deleted after the queue has taken
 * it, in the transaction that locked it: it is handed over at least once. While the queue is away nothing is lost
 * and nobody waits but the relay.
 */
export async function startRelay(deps: RelayDeps): Promise<Relay> {
  const failpoints = deps.failpoints ?? noFailpoints;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isRunning = false;
  let isWanted = false;
  let waitMs = pollMs;
  let running: Promise<void> = Promise.resolve();

  const relayOne = async (): Promise<boolean> => {
    const looked = await deps.db.system((tx) => relayBatch(tx, deps, failpoints));
    if (looked > 0) await failpoints.hit('relay-after-mark');
    return looked === batchSize;
  };
  const drain = async (): Promise<void> => {
    try {
      for (let isMore = true; isMore;) {
        isWanted = false;
        isMore = (await relayOne()) || isWanted;
        if (isClosed) return;
      }
      waitMs = pollMs;
    } catch (error) {
      waitMs = Math.min(waitMs * 2, longestWaitMs);
      deps.logger.warn('the outbox waits: the queue or the database is away', { error });
    }
  };
  const wake = (): void => {
    isWanted = true;
    if (isRunning || isClosed) return;
    isRunning = true;
    clearTimeout(timer);
    running = drain().then(() => {
      isRunning = false;
      if (!isClosed) timer = setTimeout(wake, waitMs);
      return undefined;
    });
  };

  const listener: Listener = await deps.db.listen(outboxChannel, wake, wake);
  wake();
  return {
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await listener.close();
      await running;
    },
  };
}

/** Hands over what is due, oldest first; answers how many rows it looked at. */
async function relayBatch(tx: Tx, deps: RelayDeps, failpoints: Failpoints): Promise<number> {
  const rows = await tx.rows<OutboxRow>(
    `select id, job, payload from outbox where due_at <= clock_timestamp() order by id limit ${batchSize}
     for update skip locked`,
  );
  const done: number[] = [];
  let failure: unknown;
  for (const row of rows) {
    try {
      await addStoredJob(deps.queues, row);
      await failpoints.hit('relay-after-add');
      done.push(row.id);
    } catch (error) {
      if (error instanceof AppError && error.retryable) {
        failure = error;
        break;
      }
      deps.logger.error('a job in the outbox cannot be handed over; it stays there', {
        outbox: row.id,
        error,
      });
      await tx.run(`update outbox set due_at = clock_timestamp() + interval '1 hour' where id = $1`, [
        row.id,
      ]);
    }
  }
  if (done.length > 0) await tx.run('delete from outbox where id = any($1::bigint[])', [done]);
  // What was handed over is deleted all the same; the rest waits for the queue.
  if (failure !== undefined && done.length === 0) throw failure;
  return failure === undefined ? rows.length : 0;
}
