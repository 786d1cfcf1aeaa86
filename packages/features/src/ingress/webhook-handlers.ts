import type { JobHandler, JobPayload, Queues } from '@zaphub/queues';
import { jobs } from '@zaphub/queues';
import type { WebhookWorkDeps } from './work-webhooks.ts';
import { workWebhooks } from './work-webhooks.ts';

/** A connection's webhooks are worked on for so long, then the others have their turn. */
const turnMs = 5_000;

/**
 * Handles `message.status` and `message.receive`: works on what waits for the connection, and rings once more when
 * some is left.
 */
export function createWebhookHandler(
  deps: WebhookWorkDeps & { readonly queues: Queues },
  kind: 'status' | 'receive',
): JobHandler<JobPayload<'message.status'>> {
  const job = jobs[kind === 'status' ? 'message.status' : 'message.receive'];
  return async ({ payload, closing }) => {
    const { isMore } = await workWebhooks(deps, { ...payload, kind }, { signal: closing, maxMs: turnMs });
    if (!isMore) return;
    await deps.queues.add(job, payload).catch((error: unknown) => {
      // The reconciler rings for webhooks that nobody is at.
      deps.logger.warn('could not ring for the next webhooks', { connection: payload.connectionId, error });
    });
  };
}
