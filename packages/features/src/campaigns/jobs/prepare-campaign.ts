import { systemScope } from '@zaphub/db';
import type { Database } from '@zaphub/db';
import type { JobHandler, JobPayload } from '@zaphub/queues';
import { AppError } from '@zaphub/types';
import { compileTemplate } from '../../templates/index.ts';
import { enqueue } from '../../outbox/index.ts';
import { expandChunk } from '../expand-chunk.ts';
import { failCampaign } from '../fail-campaign.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';

const publishEveryMs = 500;

/**
 * The handler of `campaign.prepare`: freezes the audience into the ledger, a chunk a transaction, then lets the
 * campaign run. It goes on where the last chunk ended, whoever made that; stops between chunks when the campaign
 * is paused or cancelled; and two of them at once take turns.
 */
export function createPrepareHandler(deps: { db: Database }): JobHandler<JobPayload<'campaign.prepare'>> {
  return async ({ payload, signal, closing }) => {
    let publishedAt = performance.now();
    for (;;) {
      signal.throwIfAborted();
      if (closing.aborted) return handOver(deps, payload);
      const mayPublish = performance.now() - publishedAt >= publishEveryMs;
      if (mayPublish) publishedAt = performance.now();
      if (await prepareChunk(deps, payload, mayPublish)) return;
    }
  };
}

/** One step in one transaction; true when there is nothing more to do. */
async function prepareChunk(
  deps: { db: Database },
  { tenantId, campaignId }: JobPayload<'campaign.prepare'>,
  mayPublish: boolean,
): Promise<boolean> {
  const scope = systemScope(tenantId);
  return deps.db.tenant(scope, async (tx) => {
    const campaign = await lockCampaign(scope, tx, campaignId);
    if (campaign.status !== 'preparing') return true;
    const required = requiredOf(campaign.body);
    if (required === undefined) {
      await failCampaign(scope, tx, campaignId, 'template_invalid');
      await publishCampaign(scope, tx, campaignId);
      return true;
    }
    const { isLast, total } = await expandChunk(scope, tx, campaign, required);
    if (!isLast) {
      if (mayPublish) await publishCampaign(scope, tx, campaignId);
      return false;
    }
    if (total === 0) await failCampaign(scope, tx, campaignId, 'audience_empty');
    else {
      await tx.run(
        `update campaigns set status = 'running', frozen_at = clock_timestamp(), expansion_cursor = null
         where tenant_id = $1 and id = $2`,
        [tenantId, campaignId],
      );
      await enqueue(tx, scope, 'message.send', { tenantId, connectionId: campaign.connection_id });
    }
    await publishCampaign(scope, tx, campaignId);
    return true;
  });
}

/** A body was checked when it was stored; a later version of the product may still be stricter. */
function requiredOf(body: string): string[] | undefined {
  try {
    return compileTemplate(body).required;
  } catch (error) {
    if (error instanceof AppError && error.code === 'template_invalid') return undefined;
    throw error;
  }
}

/** This worker is going: let the next one know that there is work left. */
async function handOver(deps: { db: Database }, payload: JobPayload<'campaign.prepare'>): Promise<void> {
  const scope = systemScope(payload.tenantId);
  await deps.db.tenant(scope, (tx) => enqueue(tx, scope, 'campaign.prepare', payload));
}
