import { type Database, systemScope } from '@zaphub/db';
import { publishConnection, recordConnectionEvent, releaseConnection } from '../connections/index.ts';
import type { ConnectionStatus } from '@zaphub/types';
import type { ReconcileStep } from '../reconciler/index.ts';

const batchSize = 200;
const keepEventsDays = 90;
/** Longer than a change of owners takes. */
const unheldSeconds = 45;

interface ConnectionRef {
  readonly id: string;
  readonly tenantId: string;
}

/** What time has made due about connections: holds that end, codes that die, what deleted ones leave behind. */
export function sessionSteps(db: Database): ReconcileStep[] {
  return [
    { name: 'tell-unheld-sessions', run: () => tellUnheld(db) },
    { name: 'end-holds', run: () => endHolds(db) },
    { name: 'delete-dead-codes', run: () => deleteDeadCodes(db) },
    { name: 'forget-deleted-sessions', run: () => forgetDeleted(db) },
    { name: 'delete-old-connection-events', run: () => deleteOldEvents(db) },
  ];
}

/**
 * Numbers that are wanted and that nobody holds for a while: no process that keeps sessions runs, or none that has a
 * place left. A state that nobody watches would be a lie. A gateway's number can still send, a socket's cannot.
 */
async function tellUnheld(db: Database): Promise<number> {
  return db.system(async (tx) => {
    const unheld = await tx.rows<ConnectionRef & { status: ConnectionStatus }>(
      `update connections c set status_cause = 'no_worker', status_detail = null,
         status_at = case when c.status in ('connected', 'degraded') then clock_timestamp() else c.status_at end,
         status = case when c.status not in ('connected', 'degraded') then c.status
           when s.place = 'gateway' then 'degraded' else 'reconnecting' end
       from connection_sessions s
       where s.connection_id = c.id and s.wanted and c.deleted_at is null and c.status_cause is distinct from 'no_worker'
         and greatest(c.status_at, s.lease_until, s.next_attempt_at) < clock_timestamp() - $1::int * interval '1 second'
       returning c.id, c.tenant_id as "tenantId", c.status`,
      [unheldSeconds],
    );
    for (const { id, tenantId, status } of unheld) {
      await recordConnectionEvent(tx, systemScope(tenantId), {
        connectionId: id,
        type: 'session.unheld',
        status,
        cause: 'no_worker',
      });
    }
    return unheld.length;
  });
}

/** A hold has no effect after its end; what is left is to show it, and to ring the lane. */
async function endHolds(db: Database): Promise<number> {
  return db.system(async (tx) => {
    const ended = await tx.rows<ConnectionRef & { cause: string }>(
      `select id, tenant_id as "tenantId", hold_cause as cause from connections
       where hold_until <= clock_timestamp() and hold_cause is not null limit ${batchSize} for update skip locked`,
    );
    for (const { id, tenantId, cause } of ended) {
      await releaseConnection(tx, systemScope(tenantId), id, { cause });
    }
    return ended.length;
  });
}

async function deleteDeadCodes(db: Database): Promise<number> {
  return db.system(async (tx) => {
    const dead = await tx.rows<ConnectionRef>(
      `delete from connection_codes where expires_at < clock_timestamp()
       returning connection_id as id, tenant_id as "tenantId"`,
    );
    for (const { id, tenantId } of dead) await publishConnection(tx, systemScope(tenantId), id);
    return dead.length;
  });
}

/** The owner of a deleted connection's session logs it out and forgets; this is for when there was none. */
async function forgetDeleted(db: Database): Promise<number> {
  return db.system((tx) =>
    tx.run(
      `delete from session_keys k using connections c, connection_sessions s
       where c.id = k.connection_id and c.deleted_at is not null and s.connection_id = k.connection_id
         and coalesce(s.lease_until, '-infinity') < clock_timestamp()`,
    ),
  );
}

async function deleteOldEvents(db: Database): Promise<number> {
  return db.system((tx) =>
    tx.run(
      `delete from connection_events where (tenant_id, connection_id, id) in (
         select tenant_id, connection_id, id from connection_events
         where created_at < clock_timestamp() - $1::int * interval '1 day' order by created_at limit 1000)`,
      [keepEventsDays],
    ),
  );
}
