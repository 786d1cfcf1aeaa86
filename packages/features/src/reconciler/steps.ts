import type { Database, Tx } from '@zaphub/db';
import { systemScope } from '@zaphub/db';
import type { Logger } from '@zaphub/telemetry';
import { expireClaims, finishCampaign, recount, skipQueued } from '../messages/index.ts';
import { enqueue } from '../outbox/index.ts';

/** What the steps work with. */
export interface StepDeps {
  readonly db: Database;
  readonly logger: Logger;
  /** Kinds of connection whose provider answers a repeated request like the first. */
  readonly deduplicating: ReadonlySet<string>;
  readonly onProgress?: (campaign: { readonly id: string; readonly tenantId: string }) => void;
}

/** One thing that is set right from the database alone. Idempotent; answers how many things it set right. */
export interface ReconcileStep {
  readonly name: string;
  run(): Promise<number>;
}

interface CampaignRef {
  readonly id: string;
  readonly tenantId: string;
}

/** The engine's own steps, in the order they are taken. Other slices add theirs. */
export function engineSteps(deps: StepDeps): ReconcileStep[] {
  const { db } = deps;
  return [
    { name: 'end-leases', run: async () => (await expireClaims(db, deps)).claims },
    { name: 'skip-cancelled', run: () => skipCancelled(deps) },
    { name: 'finish-campaigns', run: () => finishCampaigns(deps) },
    { name: 'ring-lanes', run: () => db.system(ringLanes) },
  ];
}

/** Rows of cancelled campaigns that came back to the queue after the cancel had skipped the rest. */
async function skipCancelled({ db }: StepDeps): Promise<number> {
  const campaigns = await db.system((tx) =>
    tx.rows<CampaignRef>(
      `select c.id, c.tenant_id as "tenantId" from campaigns c join campaign_counters n on n.campaign_id = c.id
       where c.status = 'cancelled'
         and n.total > n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown limit 100`,
    ),
  );
  let skipped = 0;
  for (const { id } of campaigns) skipped += await db.system((tx) => skipQueued(tx.prepared, id));
  return skipped;
}

/** Campaigns with nothing left to do; where counters had drifted they are counted again first. */
async function finishCampaigns({ db, logger, onProgress }: StepDeps): Promise<number> {
  const idle = await db.system((tx) =>
    tx.rows<CampaignRef & { isDone: boolean }>(
      `select c.id, c.tenant_id as "tenantId",
         n.total = n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown as "isDone"
       from campaigns c join campaign_counters n on n.campaign_id = c.id
         left join campaign_heads h on h.campaign_id = c.id
       where c.status = 'running' and c.frozen_at is not null
         and (n.total = n.sent + n.delivered + n.read + n.failed + n.dlq + n.skipped + n.unknown
           or coalesce(h.position, 0) >= n.total)
         and not exists (select from messages m where m.campaign_id = c.id and m.retry)
         and not exists (select from claims l where l.campaign_id = c.id)
       limit 100`,
    ),
  );
  let finished = 0;
  for (const campaign of idle) {
    if (!campaign.isDone && (await db.system((tx) => recount(tx, campaign.id)))) {
      logger.error('counters had drifted and were counted again', { campaign: campaign.id });
    }
    if (!(await finishCampaign(db.statement, campaign.id))) continue;
    finished++;
    onProgress?.(campaign);
  }
  return finished;
}

/** Doorbells of lanes that have work and nobody at it: the queue may have lost them. */
async function ringLanes(tx: Tx): Promise<number> {
  const lanes = await tx.rows<{ connectionId: string; tenantId: string }>(
    `select l.connection_id as "connectionId", l.tenant_id as "tenantId" from lanes l
     join connections s on s.id = l.connection_id and app.can_send(s.status, s.hold_cause, s.hold_until)
     where (l.lease_until is null or l.lease_until < clock_timestamp())
       and (l.next_send_at is null or l.next_send_at <= clock_timestamp() + interval '1 second')
       and exists (
         select from (
           select id from campaigns where connection_id = l.connection_id and status = 'running' and pool_id is null
           union all
           select k.id from sender_pool_members p join campaigns k on k.pool_id = p.pool_id and k.status = 'running'
           where p.connection_id = l.connection_id
         ) mine join campaigns c on c.id = mine.id and app.is_open(c.opens_at, c.closes_at)
           join campaign_counters n on n.campaign_id = c.id left join campaign_heads h on h.campaign_id = c.id
         where coalesce(h.position, 0) < n.total or exists (
           select from messages m where m.campaign_id = c.id and (m.connection_id = l.connection_id or (
             -- What waits for a number of a pool that has stopped is for the others.
             c.pool_id is not null and m.connection_id not in (
               select p.connection_id from sender_pool_members p where p.pool_id = c.pool_id and p.stopped_at is null)))
             and m.retry and m.due_at <= clock_timestamp()))
       and not exists (
         select from outbox o where o.job = 'message.send' and o.payload ->> 'connectionId' = l.connection_id::text
           and o.due_at <= clock_timestamp())
     limit 1000`,
  );
  for (const { connectionId, tenantId } of lanes) {
    await enqueue(tx, systemScope(tenantId), 'message.send', { tenantId, connectionId });
  }
  return lanes.length;
}
