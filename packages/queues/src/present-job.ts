import type { BullStoredJob } from './bull-backend.ts';
import type { JobStatus } from './queues.ts';

/** A stored job in our terms: one state for everything that waits, urgency that counts up. */
export function presentJob(job: BullStoredJob): JobStatus {
  return {
    payload: job.data,
    state: stateOf(job.state),
    urgency: 11 - job.priority,
    attemptsMade: job.attemptsMade,
    attemptsStarted: job.attemptsStarted,
    addedAt: new Date(job.addedAtMs),
    startedAt: dateOf(job.startedAtMs),
    finishedAt: dateOf(job.finishedAtMs),
    error: job.failedReason === '' ? undefined : job.failedReason,
  };
}

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
