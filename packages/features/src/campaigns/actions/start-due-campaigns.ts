import { systemScope } from '@zaphub/db';
import type { Database, TenantScope, Tx } from '@zaphub/db';
import { hasAnybody } from '../../audiences/index.ts';
import { failCampaign } from '../fail-campaign.ts';
import { publishCampaign } from '../publish-campaign.ts';
import { lockCampaign } from '../queries.ts';
import type { CampaignRow } from '../queries.ts';
import { beginPreparing } from './start-campaign.ts';

/**
 * Starts the scheduled campaigns of all tenants whose time has come; one with an empty audience fails with
 * `audience_empty`, and one that is late goes by its own policy. Safe when several run at once.
 * @param deps the database logged in as the engine
 * @returns how many were started
 */
export async function startDueCampaigns(deps: { db: Database }): Promise<number> {
  const due = await deps.db.system((tx) =>
    tx.rows<{ id: string; tenant_id: string }>(
      `select id, tenant_id from campaigns
       where status = 'scheduled' and scheduled_at <= clock_timestamp() order by scheduled_at limit 1000`,
    ),
  );
  let started = 0;
  for (const { id, tenant_id: tenantId } of due) {
    const scope = systemScope(tenantId);
    await deps.db.tenant(scope, async (tx) => {
      const campaign = await lockCampaign(scope, tx, id);
      // Somebody may have cancelled, started or moved it since the list was read.
      const isDue = campaign.status === 'scheduled' && (await isPast(tx, campaign.scheduled_at));
      if (!isDue) return;
      if (campaign.late_policy !== 'send' && (await isLate(tx, campaign))) {
        await missStart(scope, tx, campaign);
        return;
      }
      if (await hasAnybody(scope, tx, campaign.audience)) {
        await beginPreparing(scope, tx, id);
        started++;
      } else {
        await failCampaign(scope, tx, id, 'audience_empty');
        await publishCampaign(scope, tx, id);
      }
    });
  }
  return started;
}

/** Was its start missed by more than it allows? On the recipients' clocks each row is judged by itself. */
async function isLate(tx: Tx, campaign: CampaignRow): Promise<boolean> {
  if (campaign.clock === 'recipient' && campaign.late_policy === 'skip') return false;
  const { late } = await tx.one<{ late: boolean }>(
    `select $1::timestamptz + $2 * interval '1 second' < clock_timestamp() as late`,
    [campaign.scheduled_at, campaign.late_after_s],
  );
  return late;
}

/** Nobody was there when it should have started: it is left out, or waits for somebody to decide. */
async function missStart(scope: TenantScope, tx: Tx, campaign: CampaignRow): Promise<void> {
  if (campaign.late_policy === 'skip') {
    await failCampaign(scope, tx, campaign.id, 'schedule_missed');
  } else {
    await tx.run(
      `update campaigns set status = 'paused', resume_status = 'scheduled', hold_cause = 'late',
         hold_since = clock_timestamp() where tenant_id = $1 and id = $2`,
      [scope.tenantId, campaign.id],
    );
  }
  await publishCampaign(scope, tx, campaign.id);
}

async function isPast(tx: Tx, at: Date | null): Promise<boolean> {
  const { past } = await tx.one<{ past: boolean }>(`select $1::timestamptz <= clock_timestamp() as past`, [
    at,
  ]);
  return past;
}
