import type { TenantScope, Tx } from '@zaphub/db';
import { enqueue } from '../../outbox/index.ts';
import { recordConnectionEvent } from '../connection-log.ts';

/**
 * Lets a number send again, at once. With a `cause` only a hold of that cause is released: whoever held a number
 * takes back its own hold and nobody else's.
 * @returns whether there was such a hold
 */
export async function releaseConnection(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  input: { readonly cause?: string } = {},
): Promise<boolean> {
  const [held] = await tx.rows<{ cause: string }>(
    `update connections s set hold_cause = null, hold_detail = null, hold_until = null
     from (select id, hold_cause from connections where tenant_id = $1 and id = $2 for update) before
     where s.id = before.id and before.hold_cause is not null and ($3::text is null or before.hold_cause = $3)
     returning before.hold_cause as cause`,
    [scope.tenantId, connectionId, input.cause ?? null],
  );
  if (held === undefined) return false;
  await enqueue(tx, scope, 'message.send', { tenantId: scope.tenantId, connectionId });
  await recordConnectionEvent(tx, scope, { connectionId, type: 'connection.released', cause: held.cause });
  return true;
}
