import type { Database, TenantScope } from '@zaphub/db';
import { AppError, toPublicId, type WebhookInput, type WebhookWithSecret } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import type { KeyRing } from '../../credentials/index.ts';
import { presentEndpoint } from '../present.ts';
import { getEndpoint } from '../queries.ts';
import { addSecret } from '../secrets.ts';
import type { WebhookTargets } from '../../routing/index.ts';
import { readUrl } from '../target/url-words.ts';

/** What the actions on endpoints work with. */
export interface WebhookDeps {
  readonly db: Database;
  readonly credentials: KeyRing;
  readonly webhookTargets: WebhookTargets;
}

const mostEndpoints = 10;

/**
 * Adds an endpoint and makes its secret, which is answered here and never again: the same request repeated makes no
 * second endpoint and is answered without it.
 * @throws AppError `webhook_url_refused`, `credentials_locked`, `conflict` for more than ten, `idempotency_key_reused`
 */
export async function createWebhook(
  deps: WebhookDeps,
  scope: TenantScope,
  input: WebhookInput & { readonly requestKey: string },
): Promise<WebhookWithSecret> {
  const url = readUrl(input.url, deps.webhookTargets);
  return deps.db.tenant(scope, async (tx) => {
    // One after the other, so that the limit holds.
    await tx.run('select pg_advisory_xact_lock(hashtextextended($1, 7))', [`webhooks ${scope.tenantId}`]);
    const known = await tx.maybeOne<{ id: string; url: string }>(
      'select id, url from webhook_endpoints where tenant_id = $1 and request_key = $2',
      [scope.tenantId, input.requestKey],
    );
    if (known !== undefined) {
      if (known.url !== url) {
        throw new AppError('idempotency_key_reused', 'the key was used for another webhook');
      }
      return { ...presentEndpoint(await getEndpoint(scope, tx, known.id)), secret: null };
    }
    const { count } = await tx.one<{ count: number }>(
      'select count(*) from webhook_endpoints where tenant_id = $1',
      [scope.tenantId],
    );
    if (count >= mostEndpoints) throw tooMany();
    const { id } = await tx.one<{ id: string }>(
      `insert into webhook_endpoints (tenant_id, url, description, types, request_key) values ($1, $2, $3, $4, $5)
       returning id`,
      [scope.tenantId, url, input.description, [...new Set(input.types)], input.requestKey],
    );
    const secret = await addSecret(tx, deps.credentials, scope, {
      endpointId: id,
      requestKey: input.requestKey,
    });
    await audit(tx, scope, {
      action: 'webhooks.create',
      subject: toPublicId('webhook', id),
      details: { host: new URL(url).host, types: input.types },
    });
    return { ...presentEndpoint(await getEndpoint(scope, tx, id)), secret: secret?.reveal() ?? null };
  });
}

function tooMany(): AppError {
  return new AppError('conflict', 'the tenant has as many webhooks as it may', {
    publicMessage: {
      en: `There are ${mostEndpoints} webhooks already, which is the most. Remove one first.`,
      'pt-BR': `Já existem ${mostEndpoints} webhooks, que é o máximo. Remova um antes.`,
    },
  });
}
