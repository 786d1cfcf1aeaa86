import type { Database, TenantScope, Tx } from '@zaphub/db';
import { AppError, toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { recordConnectionEvent } from '../connection-log.ts';
import { enqueue } from '../../outbox/index.ts';

/**
 * Takes a number away: nothing is sent on it any more, its session is logged out, its secrets are gone. Its name stays
 * for the reports of what it has sent. A second time it changes nothing.
 * @throws AppError `not_found`; `connection_in_use` while campaigns still send from it
 */
export async function deleteConnection(
  deps: { readonly db: Database },
  scope: TenantScope,
  connectionId: string,
): Promise<void> {
  await deps.db.tenant(scope, async (tx) => {
    // The session first: its owner locks in this order, too.
    const isHeld = await tx.run(
      `update connection_sessions set wanted = false, generation = generation + 1, close_reason = 'deleted',
         next_attempt_at = null
       where tenant_id = $1 and connection_id = $2 and close_reason is distinct from 'deleted'`,
      [scope.tenantId, connectionId],
    );
    const row = await tx.maybeOne<{ isDeleted: boolean; name: string }>(
      `select deleted_at is not null as "isDeleted", name from connections where tenant_id = $1 and id = $2 for update`,
      [scope.tenantId, connectionId],
    );
    if (row === undefined) throw new AppError('not_found', 'no such connection');
    if (row.isDeleted) return;
    await refuseWhileInUse(tx, scope, connectionId);
    await tx.run(
      `update connections set deleted_at = clock_timestamp(), status = 'stopped', status_cause = 'deleted',
         status_detail = null, status_at = clock_timestamp(), settings = '{}'
       where tenant_id = $1 and id = $2`,
      [scope.tenantId, connectionId],
    );
    for (const table of ['connection_credentials', 'connection_codes']) {
      await tx.run(`delete from ${table} where tenant_id = $1 and connection_id = $2`, [
        scope.tenantId,
        connectionId,
      ]);
    }
    if (isHeld > 0) {
      await enqueue(tx, scope, 'session.close', {
        tenantId: scope.tenantId,
        connectionId,
        reason: 'deleted',
      });
    }
    await tx.run(`select pg_notify('zaphub_credentials', $1)`, [connectionId]);
    await audit(tx, scope, {
      action: 'connections.delete',
      subject: toPublicId('connection', connectionId),
      details: { name: row.name },
    });
    await recordConnectionEvent(tx, scope, { connectionId, type: 'connection.deleted', status: 'stopped' });
  });
}

async function refuseWhileInUse(tx: Tx, scope: TenantScope, connectionId: string): Promise<void> {
  const campaigns = await tx.rows<{ id: string; name: string }>(
    `select id, name from campaigns where tenant_id = $1 and connection_id = $2 and kind = 'campaign'
       and status in ('scheduled', 'preparing', 'running', 'paused') order by id limit 5`,
    [scope.tenantId, connectionId],
  );
  if (campaigns.length === 0) return;
  const names = campaigns.map(({ name }) => `“${name}”`).join(', ');
  throw new AppError('connection_in_use', `campaigns send from ${connectionId}`, {
    publicMessage: {
      en: `Still sending or planned: ${names}. Finish or cancel them first.`,
      'pt-BR': `Ainda em envio ou planejadas: ${names}. Encerre ou cancele-as antes.`,
    },
    details: { campaigns: campaigns.map(({ id }) => toPublicId('campaign', id)) },
  });
}
