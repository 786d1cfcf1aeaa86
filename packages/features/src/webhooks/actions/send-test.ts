import type { TenantScope } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import { enqueue } from '../../outbox/index.ts';
import { eventBody } from '../facts/make-events.ts';
import { type DeliveryRow, getDelivery, getEndpoint } from '../queries.ts';
import type { WebhookDeps } from './create-webhook.ts';

/**
 * Has an event without a meaning delivered to one endpoint, whatever it asks for and also while it is switched off. It is
 * tried once.
 * @throws AppError `not_found`
 */
export async function sendTest(
  deps: Pick<WebhookDeps, 'db'>,
  scope: TenantScope,
  webhookId: string,
): Promise<DeliveryRow> {
  return deps.db.tenant(scope, async (tx) => {
    await getEndpoint(scope, tx, webhookId);
    const body = eventBody('webhook.test', new Date(), {
      webhook_id: toPublicId('webhook', webhookId),
      message: 'This is a test of your webhook. Nothing has happened.',
    });
    const { id } = await tx.one<{ id: string }>(
      `with event as (
         insert into webhook_events (tenant_id, type, body) values ($1, 'webhook.test', $3) returning id
       )
       insert into webhook_deliveries (tenant_id, endpoint_id, event_id, is_test) select $1, $2, id, true from event
       returning id`,
      [scope.tenantId, webhookId, body],
    );
    await enqueue(tx, scope, 'webhook.delivery', { tenantId: scope.tenantId, endpointId: webhookId });
    return getDelivery(scope, tx, id);
  });
}
