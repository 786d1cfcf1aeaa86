import type { TenantScope, Tx } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import { publish } from '../events/index.ts';
import { presentCounters, presentStall } from './present.ts';
import { getCampaign } from './queries.ts';
import type { CampaignRow } from './queries.ts';

/**
 * Tells everybody who watches the campaign how it stands now, once this transaction has committed; answers the
 * same. Last in a transaction: publications of one tenant wait for each other.
 */
export async function publishCampaign(scope: TenantScope, tx: Tx, id: string): Promise<CampaignRow> {
  const row = await getCampaign(scope, tx, id);
  await publish(tx, scope, `campaign:${id}`, {
    type: 'campaign.changed',
    data: {
      id: toPublicId('campaign', id),
      status: row.status,
      counters: presentCounters(row),
      rate_per_second: null,
      stall: presentStall(row),
    },
  });
  return row;
}
