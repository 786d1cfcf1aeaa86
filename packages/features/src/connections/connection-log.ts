import type { TenantScope, Tx } from '@zaphub/db';
import type { ConnectionStatus } from '@zaphub/types';
import { publish } from '../events/index.ts';
import { presentConnection } from './present.ts';
import { findConnection } from './queries.ts';

/** One line of what happened to a connection. */
export interface ConnectionEvent {
  readonly connectionId: string;
  /** What happened, `noun.verb`. */
  readonly type: string;
  /** The state it left the connection in; absent when it changed none. */
  readonly status?: ConnectionStatus;
  readonly cause?: string;
  readonly detail?: string;
}

/** Details come from networks: a long one is cut. */
const detailChars = 500;

/** Writes down what happened to a connection and tells everybody who watches it. Last in its transaction. */
export async function recordConnectionEvent(
  tx: Tx,
  scope: TenantScope,
  event: ConnectionEvent,
): Promise<void> {
  await tx.run(
    `insert into connection_events (tenant_id, connection_id, type, status, cause, detail, actor_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      scope.tenantId,
      event.connectionId,
      event.type,
      event.status ?? null,
      event.cause ?? null,
      event.detail?.slice(0, detailChars) ?? null,
      scope.actor.kind === 'user' ? scope.actor.userId : null,
    ],
  );
  await publishConnection(tx, scope, event.connectionId);
}

/** Tells everybody who watches a connection how it is now. Last in its transaction. */
export async function publishConnection(tx: Tx, scope: TenantScope, connectionId: string): Promise<void> {
  const row = await findConnection(scope, tx, connectionId);
  if (row === undefined) return;
  await publish(tx, scope, `connection:${connectionId}`, {
    type: 'connection.changed',
    data: presentConnection(row),
  });
}
