import type { Plan } from '@zaphub/types';
import type { RunStatement } from '../messages/index.ts';
import type { LaneWaitCause } from './lane-pace.ts';

/** One owner's hold of a lane. */
export interface LaneLease {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly plan: Plan;
  readonly fence: number;
  /** How long the lane must still wait because the network asked for it, or is away. */
  readonly waitMs: number;
  readonly waitCause: LaneWaitCause | null;
  readonly provider: string;
  /** The slower of the number's and the tenant's rate; `null` for none. */
  readonly ratePerSecond: number | null;
}

/** For how long, and why. */
export interface LaneWait {
  readonly waitMs: number;
  readonly cause: LaneWaitCause | undefined;
}

/*
 * Invariants: one owner at a time, by the database's clock; each taking raises the fence, and renewing and giving
 * back demand it. Nobody takes the lane of a number that cannot send or is held. The lease is for order and pace:
 * what protects a recipient is the claim, not the lane. Taking it
 * does not wait for the disk: a crash that forgets it forgets what is only for order, and a message waits less.
 */
const acquire = `
update lanes l set owner = $2, fence = l.fence + 1, last_turn_at = clock_timestamp(),
  lease_until = clock_timestamp() + $3::float8 * interval '1 millisecond'
from connections s join tenants t on t.id = s.tenant_id left join number_health h on h.connection_id = s.id
where (select set_config('synchronous_commit', 'off', true)) = 'off'
  and l.connection_id = $1 and s.id = l.connection_id and app.can_send(s.status, s.hold_cause, s.hold_until)
  and (l.lease_until is null or l.lease_until < clock_timestamp())
  and not exists (
    select from connection_sessions x where x.connection_id = l.connection_id and x.place = 'socket'
      and (x.owner is distinct from $2 or coalesce(x.lease_until, '-infinity') < clock_timestamp()))
returning l.connection_id as "connectionId", l.tenant_id as "tenantId", l.fence, s.provider, t.plan,
  least(app.connection_rate(s.provider, s.rate_per_second, app.pace_share(h.pace_share01, l.slow_steps, l.slowed_at)), t.rate_per_second::float8) as "ratePerSecond",
  case when l.wait_cause in ('network_away', 'network_wait')
    then greatest(0, extract(epoch from l.next_send_at - clock_timestamp()) * 1000) end::float8 as "waitMs",
  l.wait_cause as "waitCause"`;

const renew = `
update lanes set lease_until = clock_timestamp() + $3::float8 * interval '1 millisecond',
  next_send_at = clock_timestamp() + $4::float8 * interval '1 millisecond', wait_cause = $5
where connection_id = $1 and fence = $2 and lease_until > clock_timestamp() returning fence`;

const release = `
update lanes set owner = null, lease_until = null,
  next_send_at = clock_timestamp() + $3::float8 * interval '1 millisecond', wait_cause = $4
where connection_id = $1 and fence = $2`;

/** Takes a lane that nobody holds; `undefined` when somebody does or its connection cannot send. */
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

/** Holds a lane longer; false when it was lost. The wait is for whoever comes after. */
export async function renewLane(
  run: RunStatement,
  lease: LaneLease,
  options: LaneWait & { readonly leaseMs: number },
): Promise<boolean> {
  const rows = await run('lane_renew', renew, [
    lease.connectionId,
    lease.fence,
    options.leaseMs,
    options.waitMs,
    options.cause ?? null,
  ]);
  return rows.length > 0;
}

/** Gives a lane back. */
export async function releaseLane(run: RunStatement, lease: LaneLease, wait: LaneWait): Promise<void> {
  await run('lane_release', release, [lease.connectionId, lease.fence, wait.waitMs, wait.cause ?? null]);
}
