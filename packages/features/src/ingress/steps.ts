import { type Database, systemScope, type Tx } from '@zaphub/db';
import { enqueue } from '../outbox/index.ts';
import type { ReconcileStep } from '../reconciler/index.ts';

/** Poison is kept so long for whoever wants to look at it, and so many of one connection at most. */
const keepPoisonDays = 30;
const mostPoison = 1_000;

/** Webhooks that nobody rang for, and those that nobody will look at any more. */
export function webhookSteps({ db }: { readonly db: Database }): ReconcileStep[] {
  return [
    { name: 'ring-webhooks', run: () => db.system(ringWebhooks) },
    { name: 'delete-old-webhooks', run: () => db.system(deleteOldWebhooks) },
  ];
}

/**
 * Rings for what has waited longer than any bell takes. The lines are found one after the other by the key, so that a
 * long one costs no more than a short one.
 */
async function ringWebhooks(tx: Tx): Promise<number> {
  const lines = await tx.rows<{ tenantId: string; connectionId: string; kind: string }>(
    `with recursive line as (
       (select tenant_id, connection_id, kind from webhook_inbox order by tenant_id, connection_id, kind limit 1)
       union all
       select n.* from line l cross join lateral (
         select w.tenant_id, w.connection_id, w.kind from webhook_inbox w
         where (w.tenant_id, w.connection_id, w.kind) > (l.tenant_id, l.connection_id, l.kind)
         order by w.tenant_id, w.connection_id, w.kind limit 1) n
     )
     select l.tenant_id as "tenantId", l.connection_id as "connectionId", l.kind from line l
     where exists (
       select from webhook_inbox w where w.tenant_id = l.tenant_id and w.connection_id = l.connection_id and w.kind = l.kind
         and w.poison is null and w.due_at < clock_timestamp() - interval '2 s')
     limit 1000`,
  );
  for (const { tenantId, connectionId, kind } of lines) {
    const job = kind === 'receive' ? 'message.receive' : 'message.status';
    await enqueue(tx, systemScope(tenantId), job, { tenantId, connectionId });
  }
  return lines.length;
}

function deleteOldWebhooks(tx: Tx): Promise<number> {
  return tx.run(
    `delete from webhook_inbox w using (
       select tenant_id, connection_id, kind, id from (
         select tenant_id, connection_id, kind, id, received_at,
           row_number() over (partition by tenant_id, connection_id order by received_at desc) as nth
         from webhook_inbox where poison is not null
       ) p
       where received_at < clock_timestamp() - make_interval(days => $1) or nth > $2 limit 10000
     ) old
     where w.tenant_id = old.tenant_id and w.connection_id = old.connection_id and w.kind = old.kind and w.id = old.id`,
    [keepPoisonDays, mostPoison],
  );
}
