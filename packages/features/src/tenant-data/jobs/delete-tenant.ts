import { randomUUID } from 'node:crypto';
import { type Database, systemScope } from '@zaphub/db';
import type { TaskHandler } from '@zaphub/kernel';
import { enqueue } from '../../outbox/index.ts';
import type { FileStore } from '../../routing/index.ts';
import { trackTask, type TaskWork, type TrackDeps } from '../../tasks/index.ts';
import { deleteLedger, deleteTables } from '../deletion/delete-rows.ts';
import { stopTenant, waitForGrace, waitForLanes } from '../deletion/stop-tenant.ts';

export interface DeleteTenantDeps extends TrackDeps {
  readonly files: FileStore;
  /** Takes what a provider keeps of connections by itself out of it; may be called again. Absent: none keeps anything. */
  readonly forgetConnections?: (connectionIds: ReadonlySet<string>) => Promise<unknown>;
  /** How long one try waits for messages that are on their way. Default 30 000. */
  readonly lanesTimeoutMs?: number;
  /** For so long after the request an api may still think that somebody is more than a viewer. Default 6 000. */
  readonly graceMs?: number;
}

/**
 * Deletes a tenant: stops what it runs, then its rows in batches, its files, and at last its members and itself.
 * Any step may be repeated, and the whole after a crash. What remains is two lines in the system's log.
 */
export function createDeletionHandler(deps: DeleteTenantDeps): TaskHandler {
  return trackTask(deps, (task) => deleteTenant(deps, task), { evenWhenGone: true });
}

async function deleteTenant(
  { db, files, forgetConnections, lanesTimeoutMs = 30_000, graceMs = 6_000 }: DeleteTenantDeps,
  { tenantId, taskId, requestedBy, signal, progress }: TaskWork,
): Promise<{ result: Record<string, unknown> }> {
  const rows: Record<string, number> = {};
  let deleted = 0;
  const onDeleted = async (table: string, count: number): Promise<void> => {
    rows[table] = (rows[table] ?? 0) + count;
    deleted += count;
    await progress(deleted, null);
  };
  const sweep = { db, signal, onDeleted };
  const about = { tenantId, taskId, requestedBy };
  await logOnce(db, 'tenant.deletion_started', about);
  await stopTenant(db, tenantId);
  await waitForLanes(db, tenantId, { timeoutMs: lanesTimeoutMs, signal });
  await deleteLedger(sweep, tenantId);
  await deleteTables(sweep, tenantId);
  await files.removeAll(tenantId);
  await waitForGrace(db, tenantId, { graceMs, signal });
  const wasThere = await removeTenant(db, about, rows);
  // What was begun before everybody became a viewer and ended just now.
  await deleteTables(sweep, tenantId);
  await files.removeAll(tenantId);
  await forgetConnections?.(await connectionsOf(db, tenantId));
  if (wasThere) await sweepAgainLater(db, tenantId);
  return { result: { rows } };
}

/** The api cuts off every request long before. */
const longestRequestMs = 3_600_000;

interface About {
  readonly tenantId: string;
  readonly taskId: string;
  readonly requestedBy: string | null;
}

/**
 * The last of it, at once: nobody is a member of half a tenant. An installation without tenants is free again.
 * Answers whether there was one.
 */
async function removeTenant(db: Database, about: About, rows: Record<string, number>): Promise<boolean> {
  return db.system(async (tx) => {
    const tenant = await tx.maybeOne<{ name: string }>('select name from tenants where id = $1 for update', [
      about.tenantId,
    ]);
    const members = await tx.run('delete from members where tenant_id = $1', [about.tenantId]);
    await tx.run('delete from tasks where tenant_id = $1', [about.tenantId]);
    await tx.run('delete from tenants where id = $1', [about.tenantId]);
    await tx.run('update app.installation set claimed_at = null where not exists (select from tenants)');
    if (!tenant) return false;
    await tx.run(
      `insert into app.system_log (event, subject_id, actor_id, details) values ('tenant.deleted', $1, $2, $3)`,
      [
        about.tenantId,
        about.requestedBy,
        JSON.stringify({ task: about.taskId, name: tenant.name, rows: { ...rows, members } }),
      ],
    );
    return true;
  });
}

/** The connections that a tenant had, also when it is gone: the first line of its deletion names them. */
async function connectionsOf(db: Database, tenantId: string): Promise<ReadonlySet<string>> {
  const lines = await db.system((tx) =>
    tx.rows<{ connections: string[] | null }>(
      `select details -> 'connections' as connections from app.system_log
       where event = 'tenant.deletion_started' and subject_id = $1`,
      [tenantId],
    ),
  );
  return new Set(lines.flatMap(({ connections }) => connections ?? []));
}

/** An upload may take minutes, and its row is written at its end: the same once more, when none can be left. */
async function sweepAgainLater(db: Database, tenantId: string): Promise<void> {
  const dueAt = new Date(Date.now() + longestRequestMs);
  const again = { name: 'tenant.delete', context: { tenantId }, priority: 'low', retries: 2 } as const;
  await db.system((tx) =>
    enqueue(tx, systemScope(tenantId), 'task.run', { id: randomUUID(), ...again }, { dueAt }),
  );
}

/** A line of the system's log, once for each task, however often that is tried. */
async function logOnce(db: Database, event: string, { tenantId, taskId, requestedBy }: About): Promise<void> {
  await db.system((tx) =>
    tx.run(
      `insert into app.system_log (event, subject_id, actor_id, details)
       select $1, t.id, $3, jsonb_build_object('task', $4::text, 'name', t.name, 'connections',
         array(select c.id from connections c where c.tenant_id = t.id)) from tenants t where t.id = $2
         and not exists (select from app.system_log l where l.event = $1 and l.subject_id = $2 and l.details ->> 'task' = $4)`,
      [event, tenantId, requestedBy, taskId],
    ),
  );
}
