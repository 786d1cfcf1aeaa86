import type { TenantScope, Tx } from '@zaphub/db';
import { recordConnectionEvent } from '../../connections/index.ts';
import { enqueue } from '../../outbox/index.ts';
import { restingStates } from '../session-machine.ts';
import { setStatus } from './connect-session.ts';
import { lockSession } from './load-session.ts';

/**
 * Wants a number disconnected: nothing is sent on it from this commit on; its login is kept. Asked again it changes
 * nothing.
 * @throws AppError `not_found`
 */
export async function disconnectSession(
  tx: Tx,
  scope: TenantScope,
  input: { readonly connectionId: string },
): Promise<void> {
  const { connectionId } = input;
  const session = await lockSession(tx, scope, connectionId);
  if (!session.wanted && restingStates.has(session.status)) return;
  await setStatus(tx, scope, connectionId, 'stopped', 'by_user');
  if (session.hasSession) {
    await tx.run(
      `update connection_sessions set wanted = false, generation = generation + 1, close_reason = 'by_user',
         next_attempt_at = null
       where tenant_id = $1 and connection_id = $2`,
      [scope.tenantId, connectionId],
    );
    await enqueue(tx, scope, 'session.close', { tenantId: scope.tenantId, connectionId, reason: 'by_user' });
  }
  await recordConnectionEvent(tx, scope, {
    connectionId,
    type: 'session.close',
    status: 'stopped',
    cause: 'by_user',
  });
}
