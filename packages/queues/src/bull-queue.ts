import type { JobsOptions } from 'bullmq';
import type { BullQueue } from './bull-backend.ts';
import { type JobOfBull, readJobStatus } from './read-job-status.ts';

/** What we ask of BullMQ's own queue; its type arguments differ between Redis and Postgres, these do not. */
export interface QueueOfBull {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>;
  getJob(id: string): Promise<StoredJobOfBull | undefined>;
  getJobCounts(): Promise<Record<string, number>>;
  getCountsPerPriority(priorities: number[]): Promise<Record<string, number>>;
  getFailed(start: number, end: number): Promise<StoredJobOfBull[]>;
  clean(graceMs: number, limit: number, state: 'completed' | 'failed'): Promise<string[]>;
  drain(delayed: boolean): Promise<void>;
  isPaused(): Promise<boolean>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  upsertJobScheduler(
    id: string,
    repeat: { every: number },
    template: { name: string; data: unknown; opts: JobsOptions },
  ): Promise<unknown>;
  waitUntilReady(): Promise<unknown>;
}

/** What we do with a job that was stored. */
interface StoredJobOfBull extends JobOfBull {
  readonly id?: string | undefined;
  readonly name: string;
  retry(state: 'failed', options: { resetAttemptsMade: boolean }): Promise<void>;
}

/** How a queue lets go of its connections, which is where the backends differ. */
type Closing = Pick<BullQueue, 'close' | 'abandon'>;

/** BullMQ's queue in our terms. */
export function wrapQueue(queue: QueueOfBull, closing: Closing): BullQueue {
  return {
    ...closing,
    bull: queue,
    add: (job, data, options) => queue.add(job, data, options),
    getJobCounts: () => queue.getJobCounts(),
    getCountsPerPriority: (priorities) => queue.getCountsPerPriority(priorities),
    find: async (id) => readJobStatus(await queue.getJob(id)),
    listFailed: async (limit) => {
      const jobs = await queue.getFailed(0, limit - 1);
      return jobs.map(({ id, name, data, attemptsMade, failedReason, finishedOn }) => ({
        id: id ?? '',
        name,
        payload: data,
        attemptsMade,
        error: failedReason ?? '',
        failedAt: new Date(finishedOn ?? 0),
      }));
    },
    retryFailed: async (id) => {
      const job = await queue.getJob(id);
      if (job === undefined || (await job.getState()) !== 'failed') return false;
      await job.retry('failed', { resetAttemptsMade: true });
      return true;
    },
    clean: async (state, { olderThanMs, limit }) => (await queue.clean(olderThanMs, limit, state)).length,
    drain: (options) => queue.drain(options.withDelayed),
    isPaused: () => queue.isPaused(),
    pause: () => queue.pause(),
    resume: () => queue.resume(),
    schedule: async (id, everyMs, { name, data, options }) => {
      await queue.upsertJobScheduler(id, { every: everyMs }, { name, data, opts: options });
    },
    waitUntilReady: () => queue.waitUntilReady(),
  };
}
