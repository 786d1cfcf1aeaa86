import type { TenantScope, Tx } from '@zaphub/db';
import type { ConnectionStatus } from '@zaphub/types';

/** How a connection is, and what its session's owner last told. */
export interface HealthRow {
  status: ConnectionStatus;
  status_cause: string | null;
  status_at: Date;
  answered_at: Date | null;
  ping_ms: number | null;
  missed_pings: number | null;
  connected_at: Date | null;
  next_attempt_at: Date | null;
  attempts: number | null;
  is_held: boolean;
  /** Null for a lane that goes at its full rate. */
  slow_share01: number | null;
  slow_cause: string | null;
  slowed_at: Date | null;
}

/** One line of a connection's history. */
export interface HistoryRow {
  type: string;
  status: ConnectionStatus | null;
  cause: string | null;
  detail: string | null;
  created_at: Date;
}

/** `undefined` for a connection that does not exist or was deleted. */
export async function findHealth(
  scope: TenantScope,
  tx: Tx,
  connectionId: string,
): Promise<HealthRow | undefined> {
  return tx.maybeOne<HealthRow>(
    `select c.status, c.status_cause, c.status_at, s.answered_at, s.ping_ms, s.missed_pings, s.connected_at, s.attempts,
       case when s.next_attempt_at > clock_timestamp() then s.next_attempt_at end as next_attempt_at,
       coalesce(s.lease_until > clock_timestamp(), false) as is_held,
       nullif(app.pace_share(1, l.slow_steps, l.slowed_at), 1)::float8 as slow_share01, l.slow_cause, l.slowed_at
     from connections c left join connection_sessions s on s.connection_id = c.id
       left join lanes l on l.connection_id = c.id
     where c.tenant_id = $1 and c.id = $2 and c.deleted_at is null`,
    [scope.tenantId, connectionId],
  );
}

/** The newest lines of a connection's history, newest first. */
export async function listHistory(scope: TenantScope, tx: Tx, connectionId: string): Promise<HistoryRow[]> {
  return tx.rows<HistoryRow>(
    `select type, status, cause, detail, created_at from connection_events
     where tenant_id = $1 and connection_id = $2 order by id desc limit 50`,
    [scope.tenantId, connectionId],
  );
}

/** The sealed code of a connection that can be scanned or typed now. */
export async function findCode(
  scope: TenantScope,
  tx: Tx,
  connectionId: string,
): Promise<{ kind: 'qr' | 'pairing_code'; sealed: Buffer; expires_at: Date } | undefined> {
  return tx.maybeOne(
    `select k.kind, k.sealed, k.expires_at from connection_codes k join connections c on c.id = k.connection_id
     where k.tenant_id = $1 and k.connection_id = $2 and k.expires_at > clock_timestamp() and c.deleted_at is null`,
    [scope.tenantId, connectionId],
  );
}
