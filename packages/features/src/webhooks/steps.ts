import { type Database, systemScope, type Tx } from '@zaphub/db';
import { enqueue } from '../outbox/index.ts';
import type { ReconcileStep } from '../reconciler/index.ts';

/** Bells for deliveries that the queue has forgotten, or whose worker died. */
export function deliverySteps({ db }: { readonly db: Database }): ReconcileStep[] {
  return [{ name: 'ring-webhook-deliveries', run: () => db.system(ringEndpoints) }];
}

async function ringEndpoints(tx: Tx): Promise<number> {
  const lines = await tx.rows<{ tenantId: string; endpointId: string }>(
    `select e.tenant_id as "tenantId", e.id as "endpointId" from webhook_endpoints e
     where exists (
       select from webhook_deliveries d where d.tenant_id = e.tenant_id and d.endpoint_id = e.id and d.state = 'pending'
         and d.due_at < clock_timestamp() - interval '2 s' and (d.lease_until is null or d.lease_until < clock_timestamp())
         and (d.is_test or (e.enabled and (e.rests_until is null or e.rests_until <= clock_timestamp()))))
       and not exists (
         select from outbox o where o.job = 'webhook.delivery' and o.payload ->> 'endpointId' = e.id::text
           and o.due_at <= clock_timestamp())
     limit 1000`,
  );
  for (const line of lines) await enqueue(tx, systemScope(line.tenantId), 'webhook.delivery', line);
  return lines.length;
}
