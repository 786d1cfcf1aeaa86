import type { Database, TenantScope } from '@zaphub/db';
import { skipQueued } from '../messages/index.ts';
import { publishCampaign } from './publish-campaign.ts';
import { getCampaign } from './queries.ts';
import type { CampaignRow } from './queries.ts';

/** Rows that one statement skips. */
const chunkSize = 20_000;

/**
 * Skips up to 20,000 recipients of a cancelled campaign whom no lane has taken.
 * @returns how many, and the campaign as it stands then
 * @throws AppError `not_found`
 */
export async function skipCancelledChunk(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<{ skipped: number; campaign: CampaignRow }> {
  return deps.db.tenant(scope, async (tx) => {
    const skipped = await skipQueued(tx.prepared, campaignId, chunkSize);
    const campaign =
      skipped > 0 ? publishCampaign(scope, tx, campaignId) : getCampaign(scope, tx, campaignId);
    return { skipped, campaign: await campaign };
  });
}
