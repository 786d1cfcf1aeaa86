import { type Database, systemScope } from '@zaphub/db';
import { publishConnection, releaseConnection } from '../connections/index.ts';
import type { ReconcileStep } from '../reconciler/index.ts';

const batchSize = 200;
const keepEventsDays = 90;

interface ConnectionRef {
  readonly id: string;
  readonly tenantId: string;
}

/** What time has made due about connections: holds that end, codes that die, what deleted ones leave behind. */
export function sessionSteps(db: Database): ReconcileStep[] {
  return [
    { name: 'end-holds', run: () => endHolds(db) },
    { name: 'delete-dead-codes', run: () => deleteDeadCodes(db) },
    { name: 'forget-deleted-sessions', run: () => forgetDeleted(db) },
    { name: 'delete-old-connection-events', run: () => deleteOldEvents(db) },
  ];
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
