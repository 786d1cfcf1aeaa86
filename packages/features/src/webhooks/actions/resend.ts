import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type LocalText, toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { enqueue } from '../../outbox/index.ts';
import { type DeliveryRow, getDelivery, getEndpoint } from '../queries.ts';
import type { WebhookDeps } from './create-webhook.ts';

/**
 * Delivers one event again, whatever became of it: the same id and the same bytes, with all attempts before it.
 * @throws AppError `not_found`, `conflict` while it is being delivered or its endpoint is switched off
 */
export async function resendDelivery(
  deps: Pick<WebhookDeps, 'db'>,
  scope: TenantScope,
  deliveryId: string,
): Promise<DeliveryRow> {
  return deps.db.tenant(scope, async (tx) => {
    const delivery = await getDelivery(scope, tx, deliveryId);
    const endpoint = await getEndpoint(scope, tx, delivery.endpoint_id);
    if (!endpoint.enabled && delivery.type !== 'webhook.test') throw refused(isOff);
    const again = await tx.run(
      `update webhook_deliveries set state = 'pending', attempts = 0, due_at = clock_timestamp(), finished_at = null
       where tenant_id = $1 and id = $2 and (lease_until is null or lease_until <= clock_timestamp())`,
      [scope.tenantId, deliveryId],
    );
    if (again === 0) throw refused(isUnderWay);
    await audit(tx, scope, {
      action: 'webhooks.resend',
      subject: toPublicId('webhook_delivery', deliveryId),
    });
    await goAtOnce(tx, scope, delivery.endpoint_id);
    return getDelivery(scope, tx, deliveryId);
  });
}

/**
 * Delivers again everything that was given up for an endpoint since a time.
 * @returns how many deliveries wait again
 * @throws AppError `not_found`, `conflict` while the endpoint is switched off
 */
export async function recoverDeliveries(
  deps: Pick<WebhookDeps, 'db'>,
  scope: TenantScope,
  input: { readonly webhookId: string; readonly since: Date },
): Promise<number> {
  const { webhookId, since } = input;
  return deps.db.tenant(scope, async (tx) => {
    if (!(await getEndpoint(scope, tx, webhookId)).enabled) throw refused(isOff);
    const recovered = await tx.run(
      `update webhook_deliveries set state = 'pending', attempts = 0, due_at = clock_timestamp(), finished_at = null
       where tenant_id = $1 and endpoint_id = $2 and state = 'failed' and not is_test and created_at >= $3`,
      [scope.tenantId, webhookId, since],
    );
    if (recovered === 0) return 0;
    await audit(tx, scope, {
      action: 'webhooks.recover',
      subject: toPublicId('webhook', webhookId),
      details: { since: since.toISOString(), recovered },
    });
    await goAtOnce(tx, scope, webhookId);
    return recovered;
  });
}

/** Somebody says that it works again: what waits does not wait for the end of a rest. */
async function goAtOnce(tx: Tx, scope: TenantScope, endpointId: string): Promise<void> {
  const { tenantId } = scope;
  await tx.run('update webhook_endpoints set rests_until = null where tenant_id = $1 and id = $2', [
    tenantId,
    endpointId,
  ]);
  await enqueue(tx, scope, 'webhook.delivery', { tenantId, endpointId });
}

const isOff: LocalText = {
  en: 'This webhook is switched off. Switch it on first; then send again what was missed.',
  'pt-BR': 'Este webhook está desligado. Ligue-o primeiro; depois reenvie o que se perdeu.',
};
const isUnderWay: LocalText = {
  en: 'This event is being delivered at this moment. Look again in half a minute.',
  'pt-BR': 'Este evento está sendo entregue neste momento. Veja de novo em meio minuto.',
};

function refused(words: LocalText): AppError {
  return new AppError('conflict', words.en, { publicMessage: words });
}
