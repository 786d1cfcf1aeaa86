import type { Database, TenantScope } from '@zaphub/db';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';

/**
 * Changes how many messages a second a campaign may send; `null` for no limit of its own. A campaign that is being
 * sent goes by it within two seconds: its lanes are woken by the database.
 * @throws AppError `not_found`
 */
export async function setCampaignRate(
  deps: { db: Database },
  scope: TenantScope,
  { campaignId, ratePerSecond }: { readonly campaignId: string; readonly ratePerSecond: number | null },
): Promise<CampaignRow> {
  return deps.db.tenant(scope, async (tx) => {
    await lockCampaign(scope, tx, campaignId);
    await tx.run('update campaigns set rate_per_second = $3 where tenant_id = $1 and id = $2', [
      scope.tenantId,
      campaignId,
      ratePerSecond,
    ]);
    return publishCampaign(scope, tx, campaignId);
  });
}
