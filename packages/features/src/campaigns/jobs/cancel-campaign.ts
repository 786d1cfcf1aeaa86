import { systemScope } from '@zaphub/db';
import type { Database } from '@zaphub/db';
import type { JobHandler, JobPayload } from '@zaphub/queues';
import { skipCancelledChunk } from '../skip-cancelled.ts';

/** The handler of `campaign.cancel`: skips what is left of a cancelled campaign, a chunk a transaction. */
export function createCancelHandler(deps: { db: Database }): JobHandler<JobPayload<'campaign.cancel'>> {
  return async ({ payload, signal }) => {
    const scope = systemScope(payload.tenantId);
    for (;;) {
      signal.throwIfAborted();
      const { skipped } = await skipCancelledChunk(deps, scope, payload.campaignId);
      if (skipped === 0) return;
    }
  };
}
