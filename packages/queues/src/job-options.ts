import type { JobsOptions } from 'bullmq';
import type { JobDefinition } from './define-job.ts';
import { doorbell } from './doorbell.ts';
import { toBullPriority } from './priority.ts';

const kept = {
  removeOnComplete: { age: 3600, count: 200 },
  removeOnFail: { age: 7 * 24 * 3600, count: 1000 },
} as const;

/** The options of one job, whoever adds it. */
export function jobOptions<Payload>(job: JobDefinition<Payload>, payload: Payload): JobsOptions {
  return {
    attempts: job.attemptsFor?.(payload) ?? job.attempts,
    // The worker's own strategy computes the delays; the name only has to be none of BullMQ's.
    backoff: { type: 'definition' },
    priority: toBullPriority(job.urgencyFor?.(payload, 0) ?? job.priority),
    // Failures are logged; with the job only their message is kept.
    stackTraceLimit: 0,
    ...kept,
  };
}

/** The options of one `add`: those of the job, when it may start, and what it is one with. */
export function addOptions<Payload>(
  job: JobDefinition<Payload>,
  payload: Payload,
  delayMs: number,
): JobsOptions {
  const key = job.deduplicate?.(payload);
  const ring = key === undefined ? undefined : doorbell(key, delayMs, Date.now());
  return {
    ...jobOptions(job, payload),
    ...(job.id === undefined ? {} : { jobId: job.id(payload) }),
    delay: ring?.delayMs ?? Math.max(0, Math.round(delayMs)),
    ...(ring === undefined ? {} : { deduplication: ring.deduplication }),
  };
}
