import type { BullQueue } from './bull-backend.ts';
import { queueNames } from './jobs.ts';
import type { QueueCounts } from './queues.ts';
import { readCounts } from './read-counts.ts';

/** How full a queue is. */
export interface QueueMetrics extends QueueCounts {
  readonly queue: string;
  /** What is still to be done: waiting, active and delayed. */
  readonly total: number;
  /** No job of it is started, in any process. */
  readonly isPaused: boolean;
}

/** A job that was tried as often as it may be, or could not get better. */
export interface FailedJob {
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
  readonly attemptsMade: number;
  /** What the last attempt failed with, masked. */
  readonly error: string;
  readonly failedAt: Date;
}

/** Which ended jobs are to be forgotten. */
export interface CleanOptions {
  readonly state: 'completed' | 'failed';
  readonly olderThanMs: number;
  /** At most so many. Default 10 000. */
  readonly limit?: number;
}

/**
 * What operators ask of queues and do to them. The database is the truth of all work: whatever is thrown away here is
 * rung for again if it is still needed.
 *
 * Everything rejects with AppError `unavailable` or `timeout` when the backend does not answer, and with `not_found`
 * for a queue that is not in the table.
 */
export interface QueueAdmin {
  /** Opens every queue of the table now, instead of each at its first use. */
  initialise(): Promise<void>;
  metrics(queue: string): Promise<QueueMetrics>;
  /** Of every queue, in the order of the table. */
  allMetrics(): Promise<readonly QueueMetrics[]>;
  /** The latest first; 20 unless told. */
  failedJobs(queue: string, limit?: number): Promise<readonly FailedJob[]>;
  /** Puts failed jobs back with all their attempts: these, or the latest 1000; answers how many. */
  retryFailed(queue: string, ids?: readonly string[]): Promise<number>;
  /** Forgets jobs that ended; answers how many. */
  clean(queue: string, options: CleanOptions): Promise<number>;
  /** Forgets completed jobs older than this in every queue, and failed ones seven times as old. */
  cleanOld(olderThanMs: number): Promise<number>;
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  pauseAll(): Promise<void>;
  resumeAll(): Promise<void>;
  /** Forgets what waits, and with `withDelayed` what waits for its time; answers how many jobs that were, about. */
  drain(queue: string, options?: { readonly withDelayed?: boolean }): Promise<number>;
  /** BullMQ's own queue object, for the tools that are made for it. It stays ours to close. */
  bull(queue: string): Promise<unknown>;
}

/** Runs work on an open queue, in time. */
export type OnQueue = <T>(what: string, queue: string, work: (queue: BullQueue) => Promise<T>) => Promise<T>;

const failuresLiveLonger = 7;
const mostAtOnce = 10_000;
const mostRetried = 1000;

/** @param onQueue rejects for a queue that nobody declared */
export function createQueueAdmin(onQueue: OnQueue): QueueAdmin {
  const onEvery = <T>(work: (queue: string) => Promise<T>): Promise<T[]> =>
    Promise.all(queueNames.map((queue) => work(queue)));

  const admin: QueueAdmin = {
    async initialise() {
      await onEvery((queue) => onQueue(`opening ${queue}`, queue, () => Promise.resolve()));
    },
    metrics: (queue) =>
      onQueue(`counting ${queue}`, queue, async (bull) => {
        const [counts, isPaused] = await Promise.all([bull.getJobCounts(), bull.isPaused()]);
        const known = readCounts(counts);
        return { queue, ...known, total: known.waiting + known.active + known.delayed, isPaused };
      }),
    allMetrics: () => onEvery((queue) => admin.metrics(queue)),
    failedJobs: (queue, limit = 20) =>
      onQueue(`reading ${queue}`, queue, (bull) => bull.listFailed(Math.min(limit, mostRetried))),
    retryFailed: (queue, ids) =>
      onQueue(`retrying jobs of ${queue}`, queue, async (bull) => {
        const chosen = ids ?? (await bull.listFailed(mostRetried)).map(({ id }) => id);
        let retried = 0;
        for (const id of chosen) if (await bull.retryFailed(id)) retried++;
        return retried;
      }),
    clean: (queue, { state, olderThanMs, limit = mostAtOnce }) =>
      onQueue(`cleaning ${queue}`, queue, (bull) => bull.clean(state, { olderThanMs, limit })),
    async cleanOld(olderThanMs) {
      const counts = await onEvery(async (queue) => {
        const completed = await admin.clean(queue, { state: 'completed', olderThanMs });
        const failed = await admin.clean(queue, {
          state: 'failed',
          olderThanMs: olderThanMs * failuresLiveLonger,
        });
        return completed + failed;
      });
      return counts.reduce((sum, count) => sum + count, 0);
    },
    pause: (queue) => onQueue(`pausing ${queue}`, queue, (bull) => bull.pause()),
    resume: (queue) => onQueue(`resuming ${queue}`, queue, (bull) => bull.resume()),
    async pauseAll() {
      await onEvery((queue) => admin.pause(queue));
    },
    async resumeAll() {
      await onEvery((queue) => admin.resume(queue));
    },
    drain: (queue, { withDelayed = false } = {}) =>
      onQueue(`draining ${queue}`, queue, async (bull) => {
        const { waiting, delayed } = readCounts(await bull.getJobCounts());
        await bull.drain({ withDelayed });
        return waiting + (withDelayed ? delayed : 0);
      }),
    bull: (queue) => onQueue(`opening ${queue}`, queue, ({ bull }) => Promise.resolve(bull)),
  };
  return admin;
}
