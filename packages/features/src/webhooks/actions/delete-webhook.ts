import type { TenantScope } from '@zaphub/db';
import { AppError, toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import type { WebhookDeps } from './create-webhook.ts';

/** Takes an endpoint away with its secrets, what waits for it, and its log. @throws AppError `not_found` */
export async function deleteWebhook(
  deps: Pick<WebhookDeps, 'db'>,
  scope: TenantScope,
  webhookId: string,
): Promise<void> {
  await deps.db.tenant(scope, async (tx) => {
    const row = await tx.maybeOne<{ url: string }>(
      'delete from webhook_endpoints where tenant_id = $1 and id = $2 returning url',
      [scope.tenantId, webhookId],
    );
    if (row === undefined) throw new AppError('not_found', 'no such webhook');
    await audit(tx, scope, {
      action: 'webhooks.delete',
      subject: toPublicId('webhook', webhookId),
      details: { host: URL.parse(row.url)?.host ?? '' },
    });
  });
}
