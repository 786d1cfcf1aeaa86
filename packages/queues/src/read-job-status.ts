import { toUrgency } from './priority.ts';
import type { JobStatus } from './queues.ts';

/** What we read of BullMQ's own job object. */
export interface JobOfBull {
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

/** A stored job in our terms. The job and its state are of two moments, the state the later one. */
export async function readJobStatus(job: JobOfBull | undefined): Promise<JobStatus | undefined> {
  if (job === undefined) return undefined;
  const state = await job.getState();
  // It was forgotten between the two questions.
  if (state === 'unknown') return undefined;
  return {
    payload: job.data,
    state: stateOf(state),
    urgency: toUrgency(job.priority),
    attemptsMade: job.attemptsMade,
    attemptsStarted: job.attemptsStarted,
    addedAt: new Date(job.timestamp),
    startedAt: dateOf(job.processedOn),
    finishedAt: dateOf(job.finishedOn),
    error: job.failedReason === '' ? undefined : job.failedReason,
  };
}

/** One state for everything that waits. */
function stateOf(state: string): JobStatus['state'] {
  switch (state) {
    case 'active':
    case 'completed':
    case 'delayed':
    case 'failed':
      return state;
    default:
      return 'waiting';
  }
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined || ms === 0 ? undefined : new Date(ms);
}
