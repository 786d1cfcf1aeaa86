import { systemScope } from '@zaphub/db';
import type { Database } from '@zaphub/db';
import { redateRecipients } from './recipient-times.ts';
import { readTimes, setOpening } from './set-opening.ts';

/** One thing that is set right regularly; answers how many. */
interface Step {
  readonly name: string;
  run(): Promise<number>;
}

interface CampaignRef {
  readonly id: string;
  readonly tenant_id: string;
}

/**
 * What the reconciler does for hours: works out the next opening of campaigns whose last one has ended, and gives
 * recipients who missed their own opening their next one. Until then nothing of them is sent.
 * @param deps the database logged in as the engine
 */
export function scheduleSteps({ db }: { db: Database }): Step[] {
  return [
    { name: 'next-openings', run: () => nextOpenings(db) },
    { name: 'redate-recipients', run: () => redateExpired(db) },
  ];
}

async function nextOpenings(db: Database): Promise<number> {
  const over = await db.system((tx) =>
    tx.rows<CampaignRef>(
      `select id, tenant_id from campaigns
       where status = 'running' and closes_at <= clock_timestamp() order by closes_at limit 1000`,
    ),
  );
  for (const { id, tenant_id: tenantId } of over) {
    const scope = systemScope(tenantId);
    await db.tenant(scope, (tx) => setOpening(scope, tx, id));
  }
  return over.length;
}

async function redateExpired(db: Database): Promise<number> {
  const campaigns = await db.system((tx) =>
    tx.rows<CampaignRef>(
      `select c.id, c.tenant_id from campaigns c
       where c.status = 'running' and c.clock = 'recipient' and c.hours is not null and exists (
         select from messages m where m.campaign_id = c.id and m.retry and m.connection_id = any(array(
             select c.connection_id union
             select p.connection_id from sender_pool_members p where p.tenant_id = c.tenant_id and p.pool_id = c.pool_id))
           and m.due_at <= clock_timestamp() and m.open_until <= clock_timestamp()) limit 100`,
    ),
  );
  let moved = 0;
  for (const { id: campaignId, tenant_id: tenantId } of campaigns) {
    const scope = systemScope(tenantId);
    moved += await db.tenant(scope, async (tx) => {
      const times = await readTimes(scope, tx, campaignId);
      return redateRecipients(scope, tx, { campaignId, times, which: 'expired' });
    });
  }
  return moved;
}
