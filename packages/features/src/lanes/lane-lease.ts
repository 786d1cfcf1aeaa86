import type { RunStatement } from '../messages/index.ts';

/** One owner's hold of a lane. */
export interface LaneLease {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly fence: number;
  /** How long the lane must still wait to keep its rate. */
  readonly waitMs: number;
  readonly provider: string;
  readonly ratePerSecond: number | null;
}

/*
 * Invariants: one owner at a time, by the database's clock; each taking raises the fence, and renewing and giving
 * back demand it. The lease is for order and pace: what protects a recipient is the claim, not the lane.
 */
const acquire = `
update lanes l set owner = $2, fence = l.fence + 1, last_turn_at = clock_timestamp(),
  lease_until = clock_timestamp() + $3::float8 * interval '1 millisecond'
from connections s
where l.connection_id = $1 and s.id = l.connection_id and s.status in ('connected', 'degraded')
  and (l.lease_until is null or l.lease_until < clock_timestamp())
  and not exists (
    select from connection_sessions x where x.connection_id = l.connection_id and x.place = 'socket'
      and (x.owner is distinct from $2 or coalesce(x.lease_until, '-infinity') < clock_timestamp()))
returning l.connection_id as "connectionId", l.tenant_id as "tenantId", l.fence, s.provider,
  s.rate_per_second::float8 as "ratePerSecond",
  greatest(0, extract(epoch from l.next_send_at - clock_timestamp()) * 1000)::float8 as "waitMs"`;

const renew = `
update lanes set lease_until = clock_timestamp() + $3::float8 * interval '1 millisecond',
  next_send_at = clock_timestamp() + $4::float8 * interval '1 millisecond'
where connection_id = $1 and fence = $2 and lease_until > clock_timestamp() returning fence`;

const release = `
update lanes set owner = null, lease_until = null,
  next_send_at = clock_timestamp() + $3::float8 * interval '1 millisecond'
where connection_id = $1 and fence = $2`;

/** Takes a lane that nobody holds; `undefined` when somebody does or its connection is stopped. */
export async function acquireLane(
  run: RunStatement,
  input: { readonly connectionId: string; readonly owner: string; readonly leaseMs: number },
): Promise<LaneLease | undefined> {
  const rows = await run<LaneLease>('lane_acquire', acquire, [
    input.connectionId,
    input.owner,
    input.leaseMs,
  ]);
  const lease = rows[0];
  return lease === undefined ? undefined : { ...lease, waitMs: lease.waitMs ?? 0 };
}

/** Holds a lane longer; false when it was lost. `waitMs`: when its next send may be, for whoever comes after. */
export async function renewLane(
  run: RunStatement,
  lease: LaneLease,
  options: { readonly leaseMs: number; readonly waitMs: number },
): Promise<boolean> {
  const rows = await run('lane_renew', renew, [
    lease.connectionId,
    lease.fence,
    options.leaseMs,
    options.waitMs,
  ]);
  return rows.length > 0;
}

/** Gives a lane back. */
export async function releaseLane(run: RunStatement, lease: LaneLease, waitMs: number): Promise<void> {
  await run('lane_release', release, [lease.connectionId, lease.fence, waitMs]);
}
