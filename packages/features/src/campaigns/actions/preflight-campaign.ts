import type { Database, TenantScope } from '@zaphub/db';
import type { CampaignInput, Preflight } from '@zaphub/types';
import { runPreflight } from '../../audiences/index.ts';
import { getCampaign } from '../queries.ts';
import { expectTimes, readSendingLimits } from '../sending-limits.ts';
import { loadParts } from './create-campaign.ts';

/**
 * Says who would get a campaign like this and who would not, and when it would be over.
 * @throws AppError `not_found` when the template or the connection is not this tenant's
 */
export async function preflightInput(
  deps: { db: Database },
  scope: TenantScope,
  input: Omit<CampaignInput, 'name'>,
): Promise<Preflight> {
  const { template, limits, zone } = await deps.db.tenant(scope, async (tx) => {
    const { template, connection, poolId } = await loadParts(scope, tx, input);
    const limits = await readSendingLimits(scope, tx, { connectionId: connection.id, poolId });
    const { timezone } = await tx.one<{ timezone: string }>('select timezone from tenants where id = $1', [
      scope.tenantId,
    ]);
    return { template, limits, zone: timezone };
  });
  const { hours = null, rate_per_second: campaignRate } = input;
  return runPreflight(deps, scope, {
    audience: input.audience,
    body: template.body,
    expect: (messages) => expectTimes(limits, { messages, campaignRate, hours, zone, startsAt: null }),
  });
}

/** The same for a stored campaign. @throws AppError `not_found` */
export async function preflightCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<Preflight> {
  const { campaign, limits } = await deps.db.tenant(scope, async (tx) => {
    const campaign = await getCampaign(scope, tx, campaignId);
    const sender = { connectionId: campaign.connection_id, poolId: campaign.pool_id };
    return { campaign, limits: await readSendingLimits(scope, tx, sender) };
  });
  const { hours, timezone: zone, rate_per_second: rate } = campaign;
  const campaignRate = rate === null ? null : Number(rate);
  const startsAt = campaign.status === 'scheduled' ? campaign.scheduled_at : null;
  return runPreflight(deps, scope, {
    audience: campaign.audience,
    body: campaign.body,
    expect: (messages) => expectTimes(limits, { messages, campaignRate, hours, zone, startsAt }),
  });
}
