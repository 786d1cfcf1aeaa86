import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type ConnectionProvider, type ConnectionStatus } from '@zaphub/types';

/** A connection with the wish of its people, locked until the transaction ends. */
export interface LockedSession {
  readonly provider: ConnectionProvider;
  readonly status: ConnectionStatus;
  /** False for a kind that needs no session. */
  readonly hasSession: boolean;
  readonly wanted: boolean;
  readonly pairingPhone: string | null;
}

/** @throws AppError `not_found` */
export async function lockSession(tx: Tx, scope: TenantScope, connectionId: string): Promise<LockedSession> {
  // The session first: its owner locks in this order, too.
  const session = await tx.maybeOne<{ wanted: boolean; pairingPhone: string | null }>(
    `select wanted, pairing_phone as "pairingPhone" from connection_sessions
     where tenant_id = $1 and connection_id = $2 for update`,
    [scope.tenantId, connectionId],
  );
  const connection = await tx.maybeOne<{ provider: ConnectionProvider; status: ConnectionStatus }>(
    `select provider, status from connections
     where tenant_id = $1 and id = $2 and deleted_at is null for no key update`,
    [scope.tenantId, connectionId],
  );
  if (connection === undefined) throw new AppError('not_found', 'no such connection');
  return {
    ...connection,
    hasSession: session !== undefined,
    wanted: session?.wanted ?? false,
    pairingPhone: session?.pairingPhone ?? null,
  };
}
