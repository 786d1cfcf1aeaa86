import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type ConnectionProvider } from '@zaphub/types';
import { recordConnectionEvent } from '../../connections/index.ts';
import { enqueue } from '../../outbox/index.ts';
import { restingStates } from '../session-machine.ts';
import { lockSession, type LockedSession } from './load-session.ts';

export interface ConnectInput {
  readonly connectionId: string;
  /** Pair by a code typed into the phone with this number; absent: by a QR. */
  readonly pairingPhone?: string | undefined;
  /** Kinds of connection that are switched on here; absent: all. */
  readonly allowed?: ReadonlySet<ConnectionProvider>;
}

/**
 * Wants a number connected. Asked again while it is wanted it changes nothing, unless the way of pairing is another
 * one and nobody has paired yet.
 * @throws AppError `not_found`; `provider_off` for a kind that was switched off since it was added
 */
export async function connectSession(tx: Tx, scope: TenantScope, input: ConnectInput): Promise<void> {
  const { connectionId } = input;
  const session = await lockSession(tx, scope, connectionId);
  if (input.allowed?.has(session.provider) === false) {
    throw new AppError('provider_off', `${session.provider} is switched off`);
  }
  if (!session.hasSession) return connectAtOnce(tx, scope, connectionId, session);
  if (session.wanted && !wantsOtherPairing(session, input)) return;
  await tx.run(
    `update connection_sessions set wanted = true, generation = generation + 1, close_reason = null,
       pairing_phone = $3, attempts = 0, next_attempt_at = null
     where tenant_id = $1 and connection_id = $2`,
    [scope.tenantId, connectionId, input.pairingPhone ?? null],
  );
  await setStatus(tx, scope, connectionId, 'connecting', null);
  await enqueue(tx, scope, 'session.init', { tenantId: scope.tenantId, connectionId });
  await recordConnectionEvent(tx, scope, { connectionId, type: 'session.init', status: 'connecting' });
}

/** A kind without a session has nothing to log in: it may send again. */
async function connectAtOnce(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  session: LockedSession,
): Promise<void> {
  if (!restingStates.has(session.status)) return;
  await setStatus(tx, scope, connectionId, 'connected', null);
  await enqueue(tx, scope, 'message.send', { tenantId: scope.tenantId, connectionId });
  await recordConnectionEvent(tx, scope, { connectionId, type: 'connection.started', status: 'connected' });
}

function wantsOtherPairing(session: LockedSession, input: ConnectInput): boolean {
  const isPairing = session.status === 'qr' || session.status === 'pairing_code';
  return isPairing && (input.pairingPhone ?? null) !== session.pairingPhone;
}

/** Writes a state that the connection's people have chosen, and forgets a code that was shown before. */
export async function setStatus(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  status: 'connecting' | 'connected' | 'stopped',
  cause: string | null,
): Promise<void> {
  await tx.run(
    `update connections set status = $3, status_cause = $4, status_detail = null, status_at = clock_timestamp()
     where tenant_id = $1 and id = $2`,
    [scope.tenantId, connectionId, status, cause],
  );
  await tx.run('delete from connection_codes where tenant_id = $1 and connection_id = $2', [
    scope.tenantId,
    connectionId,
  ]);
}
