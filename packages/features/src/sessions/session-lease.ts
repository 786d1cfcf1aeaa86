import type { Database } from '@zaphub/db';
import type { ConnectionProvider, ConnectionStatus } from '@zaphub/types';

/** The channel that tells owners and candidates to look at a session; the payload is the connection's UUID. */
export const sessionChannel = 'zaphub_sessions';

/** One process's hold of a session: every write for it demands the fence. */
export interface SessionLease {
  readonly connectionId: string;
  readonly tenantId: string;
  readonly fence: number;
  /** Which wish of its people this owner serves. */
  readonly generation: number;
}

/** A session as its new owner finds it. */
export interface TakenSession extends SessionLease {
  readonly provider: ConnectionProvider;
  readonly status: ConnectionStatus;
  readonly settings: Record<string, unknown>;
  readonly pairingPhone: string | null;
  /** Failed openings in a row before. */
  readonly attempts: number;
}

/** What an owner tells with each renewal. */
export interface RenewedSession {
  readonly lease: SessionLease;
  readonly pingMs: number | undefined;
  /** How long ago the last answer came, in milliseconds. */
  readonly answeredAgoMs: number | undefined;
  readonly missedPings: number;
}

/** What an owner learns with each renewal; a session that is not named was lost. */
export interface SessionWish {
  readonly connectionId: string;
  readonly fence: number;
  readonly wanted: boolean;
  readonly generation: number;
  /** Why it is to be closed; `deleted`: log out, too. */
  readonly closeReason: string | null;
}

/*
 * Invariants: one owner at a time, by the database's clock; each taking raises the fence; a lease that has ended is
 * never renewed, so that an owner that was away learns that it was. Nothing is taken before its wait is over.
 */
const takeText = `
with due as (
  select s.connection_id from connection_sessions s join connections c on c.id = s.connection_id
  where s.wanted and c.deleted_at is null and c.provider = any($3::text[])
    and (s.lease_until is null or s.lease_until < clock_timestamp())
    and (s.next_attempt_at is null or s.next_attempt_at <= clock_timestamp())
    and ($4::uuid is null or s.connection_id = $4)
  order by s.next_attempt_at nulls first limit $5 for update of s skip locked
)
update connection_sessions s set owner = $1, fence = s.fence + 1,
  lease_until = clock_timestamp() + $2::float8 * interval '1 millisecond'
from due, connections c
where s.connection_id = due.connection_id and c.id = s.connection_id
returning s.connection_id as "connectionId", s.tenant_id as "tenantId", s.fence, s.generation, c.provider, c.status,
  c.settings, s.pairing_phone as "pairingPhone", s.attempts`;

const renewText = `
update connection_sessions s set lease_until = clock_timestamp() + $1::float8 * interval '1 millisecond',
  ping_ms = coalesce(h.ping_ms, s.ping_ms), missed_pings = h.missed,
  answered_at = coalesce(clock_timestamp() - h.ago_ms * interval '1 millisecond', s.answered_at)
from unnest($2::uuid[], $3::bigint[], $4::float8[], $5::float8[], $6::int[]) as h (id, fence, ping_ms, ago_ms, missed)
where s.connection_id = h.id and s.fence = h.fence and s.lease_until > clock_timestamp()
returning s.connection_id as "connectionId", s.fence, s.wanted, s.generation, s.close_reason as "closeReason"`;

const releaseText = `
with released as (
  update connection_sessions set owner = null, lease_until = null,
    next_attempt_at = coalesce(clock_timestamp() + $3::float8 * interval '1 millisecond', next_attempt_at)
  where connection_id = $1 and fence = $2
  returning connection_id
)
select pg_notify('${sessionChannel}', connection_id::text) from released`;

/** Takes sessions that are wanted, due and held by nobody: the named one, or up to `limit`. */
export async function takeSessions(
  db: Database,
  input: {
    readonly owner: string;
    readonly leaseMs: number;
    /** Kinds of connection whose sessions this process can open. */
    readonly kinds: readonly ConnectionProvider[];
    readonly connectionId?: string;
    readonly limit: number;
  },
): Promise<TakenSession[]> {
  return db.statement<TakenSession>('session_take', takeText, [
    input.owner,
    input.leaseMs,
    input.kinds,
    input.connectionId ?? null,
    input.limit,
  ]);
}

/** Holds sessions longer. What is not in the answer is held no more: close it at once. */
export async function renewSessions(
  db: Database,
  sessions: readonly RenewedSession[],
  leaseMs: number,
): Promise<SessionWish[]> {
  return db.statement<SessionWish>('session_renew', renewText, [
    leaseMs,
    sessions.map(({ lease }) => lease.connectionId),
    sessions.map(({ lease }) => lease.fence),
    sessions.map(({ pingMs }) => pingMs ?? null),
    sessions.map(({ answeredAgoMs }) => answeredAgoMs ?? null),
    sessions.map(({ missedPings }) => missedPings),
  ]);
}

/** Gives a session back, after it was closed: somebody else may open it at once, or after so long. */
export async function releaseSession(db: Database, lease: SessionLease, retryInMs?: number): Promise<void> {
  await db.statement('session_release', releaseText, [lease.connectionId, lease.fence, retryInMs ?? null]);
}
