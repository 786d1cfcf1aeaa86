import { type Database, systemScope, type Tx } from '@zaphub/db';
import type { ConnectionStatus } from '@zaphub/types';
import { recordConnectionEvent } from '../connections/index.ts';
import { type KeyRing, sealSecret } from '../credentials/index.ts';
import { enqueue } from '../outbox/index.ts';
import type { SessionLease } from './session-lease.ts';
import { restingStates } from './session-machine.ts';

/** A step of a session, as its owner writes it down. */
export interface SessionStep {
  readonly from: ConnectionStatus;
  readonly to: ConnectionStatus;
  /** Which input led there, for the history. */
  readonly input: string;
  readonly cause: string | undefined;
  readonly detail: string | undefined;
  /** Failed openings in a row, and how long until the next; absent when it is not tried again by itself. */
  readonly attempts: number;
  readonly nextInMs: number | undefined;
  readonly code?: { readonly kind: 'qr' | 'pairing_code'; readonly code: string; readonly expiresAt: Date };
  readonly identity?: { readonly phone: string | undefined; readonly name: string | undefined };
}

/** The name a code is sealed under. */
export const codeName = 'code';

/**
 * Writes a step down and tells those who watch, if this process still holds the session and its people still want
 * what it serves: the state of a number is only ever written by its owner, or by its people.
 * @returns whether it was written; if not, the session is somebody else's, or to be closed
 */
export async function recordStep(
  deps: { readonly db: Database; readonly ring: KeyRing },
  lease: SessionLease,
  step: SessionStep,
): Promise<boolean> {
  const { connectionId, tenantId } = lease;
  const scope = systemScope(tenantId);
  return deps.db.system(async (tx) => {
    if (!(await holds(tx, lease, step))) return false;
    await tx.run(
      `update connections set status = $3, status_cause = $4, status_detail = $5,
         status_at = case when status = $3 then status_at else clock_timestamp() end,
         phone = coalesce($6, phone), profile_name = coalesce($7, profile_name)
       where tenant_id = $1 and id = $2`,
      [
        tenantId,
        connectionId,
        step.to,
        step.cause ?? null,
        step.detail?.slice(0, 500) ?? null,
        step.identity?.phone ?? null,
        step.identity?.name ?? null,
      ],
    );
    await writeCode(tx, deps.ring, lease, step);
    if (canSend(step.to) && !canSend(step.from)) {
      await enqueue(tx, scope, 'message.send', { tenantId, connectionId });
    }
    await recordConnectionEvent(tx, scope, {
      connectionId,
      type: `session.${step.input}`,
      status: step.to,
      ...(step.cause === undefined ? {} : { cause: step.cause }),
      ...(step.detail === undefined ? {} : { detail: step.detail }),
    });
    return true;
  });
}

/** Whether this process may still speak for the session; writes what its next owner must know. */
async function holds(tx: Tx, lease: SessionLease, step: SessionStep): Promise<boolean> {
  const held = await tx.run(
    `update connection_sessions set wanted = wanted and not $5, attempts = $6,
       next_attempt_at = clock_timestamp() + $7::float8 * interval '1 millisecond',
       connected_at = case when $8 then clock_timestamp() else connected_at end,
       missed_pings = case when $8 then 0 else missed_pings end
     where tenant_id = $1 and connection_id = $2 and fence = $3 and generation = $4 and wanted
       and lease_until > clock_timestamp()`,
    [
      lease.tenantId,
      lease.connectionId,
      lease.fence,
      lease.generation,
      restingStates.has(step.to),
      step.attempts,
      step.nextInMs ?? null,
      step.to === 'connected' && step.from !== 'degraded',
    ],
  );
  return held > 0;
}

/** The code that is new, or none: what a state leaves behind is of no use any more. */
async function writeCode(tx: Tx, ring: KeyRing, lease: SessionLease, step: SessionStep): Promise<void> {
  const { tenantId, connectionId } = lease;
  if (step.code === undefined) {
    await tx.run('delete from connection_codes where connection_id = $1', [connectionId]);
    return;
  }
  // For as long as it still lives, told by the database's clock: this machine's may differ.
  const sealed = sealSecret(ring, step.code.code, { tenantId, connectionId, name: codeName });
  await tx.run(
    `insert into connection_codes (tenant_id, connection_id, kind, sealed, expires_at) values ($1, $2, $3, $4, clock_timestamp() + $5::float8 * interval '1 millisecond')
     on conflict (connection_id) do update
       set kind = excluded.kind, sealed = excluded.sealed, expires_at = excluded.expires_at`,
    [tenantId, connectionId, step.code.kind, sealed, step.code.expiresAt.getTime() - Date.now()],
  );
}

function canSend(status: ConnectionStatus): boolean {
  return status === 'connected' || status === 'degraded';
}
