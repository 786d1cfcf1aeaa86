import type { Database } from '@zaphub/db';
import {
  createCancelHandler,
  createImportHandler,
  createPrepareHandler,
  type Failpoints,
  type FileStore,
  type SendingEngine,
} from '@zaphub/features';
import { type JobHandler, type JobPayload, jobs, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';

/** What the handlers of the worker work with. */
export interface JobDeps {
  readonly db: Database;
  readonly engine: SendingEngine;
  readonly queues: Queues;
  readonly logger: Logger;
  readonly files: FileStore;
  readonly failpoints: Failpoints;
}

/**
 * Starts running jobs of every kind; `lanes` is how many lanes may have a turn at once. Answers what stops it: no
 * job is taken any more, and those under way come to their end within the deadline.
 */
export async function consumeJobs(
  deps: JobDeps,
  options: { readonly lanes: number },
): Promise<(deadlineMs: number) => Promise<void>> {
  const { queues } = deps;
  const consumers = await Promise.all([
    queues.consume(jobs['message.send'], createSendHandler(deps), { concurrency: options.lanes }),
    queues.consume(jobs['campaign.prepare'], createPrepareHandler(deps)),
    queues.consume(jobs['campaign.cancel'], createCancelHandler(deps)),
    queues.consume(jobs['import.run'], createImportHandler(deps)),
  ]);
  return async (deadlineMs) => {
    await Promise.all(consumers.map((consumer) => consumer.close({ deadlineMs })));
  };
}

/** One turn on the lane, then another ring when work is left: other lanes come first. */
function createSendHandler({ engine, queues, logger }: JobDeps): JobHandler<JobPayload<'message.send'>> {
  return async ({ payload, closing }) => {
    const { nextInMs } = await engine.runTurn(payload.connectionId, closing);
    if (nextInMs === undefined) return;
    try {
      await queues.add(jobs['message.send'], payload, { delayMs: nextInMs });
    } catch (error) {
      // The reconciler rings for work that nobody is at.
      logger.warn('could not ring for the next turn', { connection: payload.connectionId, error });
    }
  };
}
