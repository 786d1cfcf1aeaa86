import { type Logger, redactText } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import { UnrecoverableError } from 'bullmq';
import type { AttemptEnd } from './activity.ts';
import type { BullJob } from './bull-backend.ts';
import type { JobDefinition } from './define-job.ts';
import { toBullPriority } from './priority.ts';
import type { JobHandler } from './queues.ts';

/** What running one job needs from its consumer. */
export interface RunJobDeps {
  readonly logger: Logger;
  readonly closing: AbortSignal;
  /** Aborts when the consumer's closing deadline has passed. */
  readonly stop: AbortSignal;
  /** Milliseconds a handler gets to end after its signal aborted; then it is left behind. */
  readonly graceMs: number;
  /** Told once how this attempt ended. */
  readonly onEnd: (end: AttemptEnd) => void;
}

/**
 * Runs one attempt of one job: parses the payload, gives the handler its signals, and turns what it throws into
 * "try again" (an Error) or "never again" (UnrecoverableError). What is stored with the job is masked.
 */
export async function runJob<Payload>(
  definition: JobDefinition<Payload>,
  handler: JobHandler<Payload>,
  job: BullJob,
  deps: RunJobDeps,
): Promise<void> {
  const attempt = job.attemptsMade + 1;
  const logger = deps.logger.child({ job: definition.name, attempt });
  const parsed = definition.schema.safeParse(job.data);
  if (!parsed.success) {
    logger.error('job dropped: its payload does not fit', { issues: parsed.error.issues });
    deps.onEnd('failed');
    throw new UnrecoverableError(`payload of ${definition.name} does not fit its schema`);
  }
  const timeUp = new AbortController();
  const timer = setTimeout(() => {
    timeUp.abort(new AppError('timeout', `${definition.name} took longer than ${definition.timeoutMs} ms`));
  }, definition.timeoutMs);
  const signal = AbortSignal.any([timeUp.signal, deps.stop]);
  try {
    const context = { payload: parsed.data, attempt, signal, closing: deps.closing };
    await untilItEnds(handler(context), signal, deps.graceMs);
    deps.onEnd('completed');
  } catch (error) {
    const attempts = definition.attemptsFor?.(parsed.data) ?? definition.attempts;
    const isFinal = isHopeless(error) || attempt >= attempts;
    deps.onEnd(isFinal ? 'failed' : 'retried');
    const level = isFinal ? 'error' : 'warn';
    logger[level](isFinal ? 'job failed for good' : 'job failed, to be tried again', {
      payload: parsed.data,
      error,
    });
    if (!isFinal) await changeUrgency(definition, job, parsed.data, logger);
    throw isHopeless(error) ? new UnrecoverableError(messageOf(error)) : new Error(messageOf(error));
  } finally {
    clearTimeout(timer);
  }
}

/** A courtesy to the jobs that wait; without it this one is tried again all the same. */
async function changeUrgency<Payload>(
  definition: JobDefinition<Payload>,
  job: BullJob,
  payload: Payload,
  logger: Logger,
): Promise<void> {
  const urgency = definition.urgencyFor?.(payload, job.attemptsMade + 1);
  if (urgency === undefined) return;
  try {
    await job.changePriority({ priority: toBullPriority(urgency) });
  } catch (error) {
    logger.warn('the next attempt keeps its urgency', { error });
  }
}

/**
 * The handler's own end counts, also after an abort: work that was finished in time must not be done again.
 * Only a handler that ignores its signal for the whole grace is left behind.
 */
async function untilItEnds(work: Promise<void>, signal: AbortSignal, graceMs: number): Promise<void> {
  const leftBehind = Promise.withResolvers<never>();
  let graceTimer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    graceTimer = setTimeout(() => leftBehind.reject(signal.reason), graceMs);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([work, leftBehind.promise]);
  } catch (error) {
    work.catch(() => undefined);
    if (signal.aborted) throw new AppError('timeout', messageOf(signal.reason), { cause: error });
    throw error;
  } finally {
    clearTimeout(graceTimer);
    signal.removeEventListener('abort', onAbort);
  }
}

function isHopeless(error: unknown): boolean {
  return error instanceof AppError && !error.retryable;
}

function messageOf(error: unknown): string {
  return redactText(error instanceof Error ? error.message : String(error));
}
