import type { BullStoredJob } from './bull-backend.ts';

/** What we read of BullMQ's own job object. */
interface JobOfBull {
  readonly data: unknown;
  readonly priority: number;
  readonly attemptsMade: number;
  readonly attemptsStarted: number;
  readonly timestamp: number;
  readonly processedOn?: number | undefined;
  readonly finishedOn?: number | undefined;
  readonly failedReason?: string | undefined;
  getState(): Promise<string>;
}

/** Reads a job and its state; they are of two moments, the state the later one. */
export async function readStoredJob(job: JobOfBull | undefined): Promise<BullStoredJob | undefined> {
  if (job === undefined) return undefined;
  const state = await job.getState();
  // It was forgotten between the two questions.
  if (state === 'unknown') return undefined;
  return {
    state,
    data: job.data,
    priority: job.priority,
    attemptsMade: job.attemptsMade,
    attemptsStarted: job.attemptsStarted,
    addedAtMs: job.timestamp,
    startedAtMs: job.processedOn,
    finishedAtMs: job.finishedOn,
    failedReason: job.failedReason,
  };
}
