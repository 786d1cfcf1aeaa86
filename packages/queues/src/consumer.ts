import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import type { ActivityLog } from './activity.ts';
import { backoffDelayMs } from './backoff.ts';
import type { BullBackend } from './bull-backend.ts';
import type { JobDefinition } from './define-job.ts';
import type { Consumer, JobHandler } from './queues.ts';
import { runJob } from './run-job.ts';
import { within } from './within.ts';

/** What a consumer needs from the queues it belongs to. */
export interface ConsumerDeps {
  readonly backend: BullBackend;
  readonly logger: Logger;
  readonly onError: (error: Error) => void;
  readonly queueName: string;
  readonly connectTimeoutMs: number;
  readonly lockMs: number;
  readonly graceMs: number;
  readonly concurrency: number;
  readonly activity: ActivityLog;
}

const defaultDeadlineMs = 30_000;

/** Opens a worker and resolves when it is connected and runs. @throws AppError `unavailable` or `timeout` */
export async function startConsumer<Payload>(
  definition: JobDefinition<Payload>,
  handler: JobHandler<Payload>,
  deps: ConsumerDeps,
): Promise<Consumer> {
  const { backend, logger } = deps;
  const closing = new AbortController();
  const stop = new AbortController();
  const { activity } = deps;
  const runDeps = { logger, closing: closing.signal, stop: stop.signal, graceMs: deps.graceMs };
  const running = new Set<Promise<void>>();
  const worker = backend.openWorker(deps.queueName, {
    concurrency: deps.concurrency,
    lockMs: deps.lockMs,
    backoffDelayMs: (failedAttempts) => backoffDelayMs(definition.backoff, failedAttempts),
    process: (job) => {
      const attempt = runJob(definition, handler, job, {
        ...runDeps,
        onEnd: activity.began(definition.queue),
      });
      running.add(attempt);
      // Its failure is BullMQ's to hear; here only its end counts.
      attempt.finally(() => running.delete(attempt)).catch(() => undefined);
      return attempt;
    },
    onError: deps.onError,
  });
  try {
    const what = `connecting the consumer of ${definition.queue}`;
    await within(worker.waitUntilReady(), { what, timeoutMs: deps.connectTimeoutMs });
  } catch (error) {
    // It never ran: nothing to wait for.
    worker.abandon();
    throw error instanceof AppError
      ? error
      : new AppError('unavailable', `the consumer of ${definition.queue} cannot connect`, { cause: error });
  }
  const left = activity.opened(definition.queue, deps.concurrency);
  worker.run().catch((error: unknown) => {
    logger.error('consumer ended by itself', { queue: definition.queue, error });
  });

  const end = async (deadlineMs: number): Promise<void> => {
    closing.abort(new AppError('unavailable', 'the consumer is closing'));
    const closed = worker.close();
    if (await endsWithin(closed, deadlineMs)) return;
    stop.abort(new AppError('unavailable', `the consumer did not close within ${deadlineMs} ms`));
    await Promise.allSettled(running);
    // How they ended still has to be written down, if the backend is there to hear it.
    if (await endsWithin(closed, 1000)) return;
    logger.warn('consumer left behind jobs or a backend that does not answer', { queue: definition.queue });
    worker.abandon();
  };
  let ended: Promise<void> | undefined;
  return {
    close: (options = {}) => (ended ??= end(options.deadlineMs ?? defaultDeadlineMs).finally(left)),
  };
}

async function endsWithin(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  try {
    await within(work, { what: 'closing', timeoutMs });
    return true;
  } catch {
    // Late, or the backend is away; either way the caller goes on to the next, harder step.
    return false;
  }
}
