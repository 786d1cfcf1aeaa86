import { systemScope } from '@zaphub/db';
import type { Database } from '@zaphub/db';
import { enqueue } from '../../outbox/index.ts';
import type { ReconcileStep } from '../../reconciler/index.ts';
import { scheduleSteps } from '../../schedules/index.ts';
import { startDueCampaigns } from '../actions/start-due-campaigns.ts';

/** A preparation that has written nothing for so long was lost with its worker or its queue. */
const lostAfterMs = 30_000;

/**
 * What the reconciler does for campaigns: starts those whose time has come, and orders preparations again that
 * nobody works at, and keeps their hours.
 * @param deps the database logged in as the engine
 */
export function campaignSteps(deps: { db: Database }): ReconcileStep[] {
  return [
    { name: 'start-due-campaigns', run: () => startDueCampaigns(deps) },
    { name: 'resume-preparing', run: () => resumePreparing(deps) },
    ...scheduleSteps(deps),
  ];
}

async function resumePreparing({ db }: { db: Database }): Promise<number> {
  const lost = await db.system((tx) =>
    tx.rows<{ id: string; tenant_id: string }>(
      `select c.id, c.tenant_id from campaigns c join campaign_counters n on n.campaign_id = c.id
       where c.status = 'preparing'
         and greatest(c.started_at, n.updated_at) < clock_timestamp() - $1 * interval '1 millisecond'
         and not exists (
           select from outbox o where o.job = 'campaign.prepare' and o.payload ->> 'campaignId' = c.id::text)
       limit 1000`,
      [lostAfterMs],
    ),
  );
  for (const { id: campaignId, tenant_id: tenantId } of lost) {
    const scope = systemScope(tenantId);
    await db.tenant(scope, async (tx) => {
      await enqueue(tx, scope, 'campaign.prepare', { tenantId, campaignId });
      // Counts as news, so that the next look does not order it once more.
      await tx.run(
        'update campaign_counters set updated_at = clock_timestamp() where tenant_id = $1 and campaign_id = $2',
        [tenantId, campaignId],
      );
    });
  }
  return lost.length;
}
