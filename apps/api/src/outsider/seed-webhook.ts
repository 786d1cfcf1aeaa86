import { sealSecret } from '@zaphub/features';
import type { Tx } from '@zaphub/db';
import { testKeyRing } from '../testing/test-key-ring.ts';

/** An endpoint of a tenant's own system with its secret, and two events that it did not take. */
export async function seedWebhook(
  tx: Tx,
  tenantId: string,
  canary: (kind: string) => string,
): Promise<{ webhook: string; event: string; delivery: string }> {
  // A tenant has ten at most, and each call that may change one gets one of its own.
  await tx.run(
    `delete from webhook_endpoints where tenant_id = $1 and id in (
       select id from webhook_endpoints where tenant_id = $1 order by id offset 3)`,
    [tenantId],
  );
  const { id: webhook } = await tx.one<{ id: string }>(
    `insert into webhook_endpoints (tenant_id, url, description, types)
     values ($1, $2, $3, '{message.received}') returning id`,
    [tenantId, `https://example.com/${canary('url')}`, canary('webhook')],
  );
  await tx.run(
    `insert into webhook_secrets (tenant_id, endpoint_id, name, sealed) values ($1, $2, 'first', $3)`,
    [
      tenantId,
      webhook,
      sealSecret(testKeyRing, `whsec_${canary('secret')}`, {
        tenantId,
        connectionId: webhook,
        name: 'first',
      }),
    ],
  );
  const addDelivery = async (): Promise<{ event: string; delivery: string }> => {
    const row = await tx.one<{ event: string; delivery: string }>(
      `with event as (
         insert into webhook_events (tenant_id, type, body) values ($1, 'message.received', $3) returning id
       )
       insert into webhook_deliveries (tenant_id, endpoint_id, event_id, state, error_code)
       select $1, $2, id, 'failed', $4 from event returning event_id as event, id as delivery`,
      [tenantId, webhook, canary('event'), canary('error')],
    );
    await tx.run(
      `insert into webhook_attempts (tenant_id, delivery_id, fence, duration_ms, status, response)
       values ($1, $2, 1, 5, 500, $3)`,
      [tenantId, row.delivery, canary('answer')],
    );
    return row;
  };
  // Two, so that the log has a second page.
  await addDelivery();
  return { webhook, ...(await addDelivery()) };
}
