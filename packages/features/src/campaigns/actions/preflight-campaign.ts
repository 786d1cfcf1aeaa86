import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { CampaignInput, Preflight } from '@zaphub/types';
import { runPreflight } from '../../audiences/index.ts';
import { findConnection } from '../../connections/index.ts';
import type { ConnectionRow } from '../../connections/index.ts';
import { getCampaign } from '../queries.ts';
import { loadParts } from './create-campaign.ts';

/**
 * Says who would get a campaign like this and who would not.
 * @throws AppError `not_found` when the template or the connection is not this tenant's
 */
export async function preflightInput(
  deps: { db: Database },
  scope: TenantScope,
  input: Omit<CampaignInput, 'name'>,
): Promise<Preflight> {
  const { template, connection } = await deps.db.tenant(scope, (tx) => loadParts(scope, tx, input));
  return runPreflight(deps, scope, {
    audience: input.audience,
    body: template.body,
    ratesPerSecond: [rateOf(connection), input.rate_per_second],
  });
}

/** The same for a stored campaign. @throws AppError `not_found` */
export async function preflightCampaign(
  deps: { db: Database },
  scope: TenantScope,
  campaignId: string,
): Promise<Preflight> {
  const { campaign, connection } = await deps.db.tenant(scope, async (tx) => {
    const campaign = await getCampaign(scope, tx, campaignId);
    return { campaign, connection: await findConnection(scope, tx, campaign.connection_id) };
  });
  if (!connection) throw new AppError('not_found', 'no such connection');
  return runPreflight(deps, scope, {
    audience: campaign.audience,
    body: campaign.body,
    ratesPerSecond: [
      rateOf(connection),
      campaign.rate_per_second === null ? null : Number(campaign.rate_per_second),
    ],
  });
}

function rateOf(connection: ConnectionRow): number | null {
  return connection.rate_per_second === null ? null : Number(connection.rate_per_second);
}
