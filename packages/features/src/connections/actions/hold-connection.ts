import type { TenantScope, Tx } from '@zaphub/db';
import { recordConnectionEvent } from '../connection-log.ts';

export interface HoldInput {
  /** A stable code, shown in plain words: `user`, or a reason of a message or of a number's health. */
  readonly cause: string;
  /** More for support; shown as it is. */
  readonly detail?: string;
  /** Ends by itself, by the database's clock; absent: when somebody releases it. */
  readonly until?: Date;
}

/**
 * Stops sending on a number, whatever the state of its session, and shows why. Of two holds the one that ends later
 * stays; what ends never stays until it is released. What has been handed to the provider already is not called back.
 * @returns whether it changed anything: not for an unknown connection, nor when a longer hold stands
 */
export async function holdConnection(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  input: HoldInput,
): Promise<boolean> {
  const changed = await tx.run(
    `update connections set hold_cause = $3, hold_detail = $4, hold_until = $5
     where tenant_id = $1 and id = $2 and deleted_at is null and ($5::timestamptz is null or $5 > clock_timestamp())
       and (hold_cause is null or hold_until <= coalesce($5, 'infinity') or ($5::timestamptz is null and $3 = 'user'))
       and (hold_cause, hold_until) is distinct from ($3, $5::timestamptz)`,
    [scope.tenantId, connectionId, input.cause, input.detail ?? null, input.until ?? null],
  );
  if (changed === 0) return false;
  await recordConnectionEvent(tx, scope, {
    connectionId,
    type: 'connection.held',
    cause: input.cause,
    ...(input.detail === undefined ? {} : { detail: input.detail }),
  });
  return true;
}
