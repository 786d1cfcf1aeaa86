import type { TenantScope } from '@zaphub/db';
import { toPublicId, type WebhookPatch } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { enqueue } from '../../outbox/index.ts';
import { disableEndpoint } from '../delivery/disable-endpoint.ts';
import { type EndpointRow, getEndpoint } from '../queries.ts';
import { readUrl } from '../target/url-words.ts';
import type { WebhookDeps } from './create-webhook.ts';

/**
 * Changes an endpoint. Switched off, what waits for it is given up; switched on, its failures are forgotten and only what
 * happens from then on is told, unless somebody recovers the rest. What waits goes to the new address.
 * @throws AppError `not_found`, `webhook_url_refused`
 */
export async function updateWebhook(
  deps: Pick<WebhookDeps, 'db' | 'webhookTargets'>,
  scope: TenantScope,
  input: { readonly webhookId: string; readonly patch: WebhookPatch },
): Promise<EndpointRow> {
  const { webhookId, patch } = input;
  const url = patch.url === undefined ? null : readUrl(patch.url, deps.webhookTargets);
  return deps.db.tenant(scope, async (tx) => {
    await getEndpoint(scope, tx, webhookId);
    const where = [scope.tenantId, webhookId];
    await tx.run(
      `update webhook_endpoints set url = coalesce($3, url), description = coalesce($4, description),
         types = coalesce($5::text[], types), updated_at = clock_timestamp(),
         rests_until = case when $3::text is null then rests_until end
       where tenant_id = $1 and id = $2`,
      [...where, url, patch.description ?? null, patch.types ? [...new Set(patch.types)] : null],
    );
    await audit(tx, scope, {
      action: 'webhooks.update',
      subject: toPublicId('webhook', webhookId),
      details: { fields: Object.keys(patch), ...(url === null ? {} : { host: new URL(url).host }) },
    });
    if (patch.enabled === false) await disableEndpoint(tx, scope, { endpointId: webhookId, cause: 'user' });
    if (patch.enabled === true) {
      await tx.run(
        `update webhook_endpoints set enabled = true, disabled_cause = null, disabled_at = null, failures = 0,
           failing_since = null, rests_until = null where tenant_id = $1 and id = $2 and not enabled`,
        where,
      );
    }
    await enqueue(tx, scope, 'webhook.delivery', { tenantId: scope.tenantId, endpointId: webhookId });
    return getEndpoint(scope, tx, webhookId);
  });
}
