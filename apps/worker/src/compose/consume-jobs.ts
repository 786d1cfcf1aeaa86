import type { Database } from '@zaphub/db';
import {
  createCancelHandler,
  createImportHandler,
  createPrepareHandler,
  type Failpoints,
  type FileStore,
  passOnTurn,
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
  options: {
    readonly lanes: number;
    /** The process's name in leases. */
    readonly owner: string;
  },
): Promise<(deadlineMs: number) => Promise<void>> {
  const { queues } = deps;
  const consumers = await Promise.all([
    queues.consume(jobs['message.send'], createSendHandler(deps, options.owner), {
      concurrency: options.lanes,
    }),
    queues.consume(jobs['campaign.prepare'], createPrepareHandler(deps)),
    queues.consume(jobs['campaign.cancel'], createCancelHandler(deps)),
    queues.consume(jobs['import.run'], createImportHandler(deps)),
  ]);
  return async (deadlineMs) => {
    await Promise.all(consumers.map((consumer) => consumer.close({ deadlineMs })));
  };
}

/** One turn on the lane, then another ring when work is left: other lanes come first. */
function createSendHandler(
  { db, engine, queues, logger }: JobDeps,
  owner: string,
): JobHandler<JobPayload<'message.send'>> {
  return async ({ payload, closing }) => {
    const { nextInMs, outcome } = await engine.runTurn(payload.connectionId, closing);
    // Only the worker that holds a number's socket can send on it.
    if (outcome === 'busy') await passOnTurn(db, owner, payload.connectionId);
    if (nextInMs === undefined) return;
    try {
      await queues.add(jobs['message.send'], payload, { delayMs: nextInMs });
    } catch (error) {
      // The reconciler rings for work that nobody is at.
      logger.warn('could not ring for the next turn', { connection: payload.connectionId, error });
    }
  };
}
