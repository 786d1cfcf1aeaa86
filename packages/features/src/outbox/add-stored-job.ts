import { type JobDefinition, type JobName, jobs, type Queues } from '@zaphub/queues';
import { AppError } from '@zaphub/types';

/** A job as the outbox holds it: its name as text, its payload unchecked. */
export interface StoredJob {
  readonly job: string;
  readonly payload: unknown;
}

/** Does this version know the job? A newer one may have written it. */
function isKnownJob(name: string): name is JobName {
  return Object.hasOwn(jobs, name);
}

/**
 * Hands a stored job to the queue, which checks the payload against the job's schema.
 *
 * @throws AppError `unavailable` or `timeout` (keep it and try again), `internal` when the job is unknown or its
 *   payload does not fit.
 */
export async function addStoredJob(queues: Queues, { job, payload }: StoredJob): Promise<void> {
  if (!isKnownJob(job)) throw new AppError('internal', `unknown job ${job}`);
  // Each definition takes its own payload; `add` parses this one with the definition's schema before it is used.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const definition = jobs[job] as JobDefinition<unknown>;
  await queues.add(definition, payload);
}
