import type { Database, TenantScope, Tx } from '@zaphub/db';
import type { CampaignInput, Preflight } from '@zaphub/types';
import { runPreflight } from '../../audiences/index.ts';
import { readTimes } from '../../schedules/index.ts';
import { type CampaignRow, getCampaign } from '../queries.ts';
import { readZoneShares } from '../recipient-shares.ts';
import { expectTimes, readSendingLimits, type RecipientShare } from '../sending-limits.ts';
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
    expect: (messages) =>
      expectTimes(limits, {
        messages,
        campaignRate,
        hours,
        shares: [{ zone, share01: 1, fromMs: limits.nowMs }],
        hasOwnLines: false,
      }),
  });
}

/** The same for a stored campaign. @throws AppError `not_found` */
export async function preflightCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<Preflight> {
  const { campaign, limits, shares } = await deps.db.tenant(scope, async (tx) => {
    const campaign = await getCampaign(scope, tx, campaignId);
    const sender = { connectionId: campaign.connection_id, poolId: campaign.pool_id };
    const limits = await readSendingLimits(scope, tx, sender);
    return { campaign, limits, shares: await sharesOf(scope, tx, campaign, limits.nowMs) };
  });
  const { hours, rate_per_second: rate } = campaign;
  const campaignRate = rate === null ? null : Number(rate);
  const hasOwnLines = campaign.clock === 'recipient';
  return runPreflight(deps, scope, {
    audience: campaign.audience,
    body: campaign.body,
    expect: (messages) => expectTimes(limits, { messages, campaignRate, hours, shares, hasOwnLines }),
  });
}

/** Who may get it from when on: zone by zone on the recipients' clocks, else everybody from the start. */
async function sharesOf(
  scope: TenantScope,
  tx: Tx,
  campaign: CampaignRow,
  nowMs: number,
): Promise<RecipientShare[]> {
  if (campaign.clock === 'recipient') {
    const times = await readTimes(scope, tx, campaign.id);
    const shares = await readZoneShares(scope, tx, campaign.audience, times);
    const inTime = shares.filter(({ isLate }) => !isLate);
    if (inTime.length > 0) return inTime;
  }
  const startsAt = campaign.status === 'scheduled' ? campaign.scheduled_at : null;
  return [{ zone: campaign.timezone, share01: 1, fromMs: Math.max(nowMs, startsAt?.getTime() ?? 0) }];
}
