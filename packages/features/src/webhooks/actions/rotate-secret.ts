import type { TenantScope } from '@zaphub/db';
import { toPublicId, type WebhookWithSecret } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { presentEndpoint } from '../present.ts';
import { getEndpoint } from '../queries.ts';
import { addSecret } from '../secrets.ts';
import type { WebhookDeps } from './create-webhook.ts';

/**
 * Gives an endpoint a new secret, answered here and never again; for 24 hours the one before signs, too.
 * @throws AppError `not_found`, `credentials_locked`
 */
export async function rotateSecret(
  deps: Pick<WebhookDeps, 'db' | 'credentials'>,
  scope: TenantScope,
  input: { readonly webhookId: string; readonly requestKey: string },
): Promise<WebhookWithSecret> {
  const { webhookId, requestKey } = input;
  return deps.db.tenant(scope, async (tx) => {
    await getEndpoint(scope, tx, webhookId);
    const secret = await addSecret(tx, deps.credentials, scope, { endpointId: webhookId, requestKey });
    if (secret !== undefined) {
      await audit(tx, scope, {
        action: 'webhooks.rotate_secret',
        subject: toPublicId('webhook', webhookId),
      });
    }
    const row = await getEndpoint(scope, tx, webhookId);
    return { ...presentEndpoint(row), secret: secret?.reveal() ?? null };
  });
}
