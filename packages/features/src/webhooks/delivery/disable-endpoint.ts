import type { TenantScope, Tx } from '@zaphub/db';
import { toPublicId, type WebhookDisabledCause } from '@zaphub/types';
import { audit } from '../../audit/index.ts';

/**
 * Switches an endpoint off: nothing is noted for it any more, and what waits is given up, to be recovered by whoever
 * switches it on again. Written down with its cause; the list of webhooks shows it.
 */
export async function disableEndpoint(
  tx: Tx,
  scope: TenantScope,
  input: { readonly endpointId: string; readonly cause: WebhookDisabledCause },
): Promise<void> {
  const where = [scope.tenantId, input.endpointId];
  const changed = await tx.run(
    `update webhook_endpoints set enabled = false, disabled_cause = $3, disabled_at = clock_timestamp(),
       updated_at = clock_timestamp() where tenant_id = $1 and id = $2 and enabled`,
    [...where, input.cause],
  );
  if (changed === 0) return;
  const givenUp = await tx.run(
    `update webhook_deliveries set state = 'failed', error_code = 'endpoint_disabled', finished_at = clock_timestamp()
     where tenant_id = $1 and endpoint_id = $2 and state = 'pending' and not is_test
       and (lease_until is null or lease_until <= clock_timestamp())`,
    where,
  );
  await audit(tx, scope, {
    action: 'webhooks.disable',
    subject: toPublicId('webhook', input.endpointId),
    details: { cause: input.cause, deliveries_given_up: givenUp },
  });
}
