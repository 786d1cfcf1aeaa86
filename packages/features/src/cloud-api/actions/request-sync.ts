import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { findConnection } from '../../connections/index.ts';
import { enqueue } from '../../outbox/index.ts';

/**
 * Asks for a connection's templates to be read again; a worker does it, once however often it is asked for meanwhile.
 * @throws AppError `not_found`; `bad_request` for a connection whose network has no templates
 */
export async function requestTemplateSync(
  deps: { readonly db: Database },
  scope: TenantScope,
  connectionId: string,
): Promise<{ readonly askedAt: Date }> {
  return deps.db.tenant(scope, async (tx) => {
    const connection = await findConnection(scope, tx, connectionId);
    if (connection === undefined) throw new AppError('not_found', 'no such connection');
    if (connection.provider !== 'cloud-api') {
      throw new AppError('bad_request', 'only numbers of the Cloud API have templates', {
        publicMessage: {
          en: 'Only numbers of the WhatsApp Cloud API have templates of their own.',
          'pt-BR': 'Só números da Cloud API do WhatsApp têm modelos próprios.',
        },
      });
    }
    const { askedAt } = await tx.one<{ askedAt: Date }>(
      `insert into template_syncs as s (tenant_id, connection_id) values ($1, $2)
       on conflict (tenant_id, connection_id) do update set asked_at = clock_timestamp() returning asked_at as "askedAt"`,
      [scope.tenantId, connectionId],
    );
    await enqueue(tx, scope, 'templates.sync', { tenantId: scope.tenantId, connectionId });
    return { askedAt };
  });
}
