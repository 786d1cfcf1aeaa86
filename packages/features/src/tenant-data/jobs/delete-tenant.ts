import type { Database } from '@zaphub/db';
import type { TaskHandler } from '@zaphub/kernel';
import type { FileStore } from '../../routing/index.ts';
import { trackTask, type TaskWork, type TrackDeps } from '../../tasks/index.ts';
import { deleteLedger, deleteTables } from '../deletion/delete-rows.ts';
import { stopTenant, waitForLanes } from '../deletion/stop-tenant.ts';

export interface DeleteTenantDeps extends TrackDeps {
  readonly files: FileStore;
  /** How long one try waits for messages that are on their way. Default 30 000. */
  readonly lanesTimeoutMs?: number;
}

/**
 * Deletes a tenant: stops what it runs, then its rows in batches, its files, and at last its members and itself.
 * Any step may be repeated, and the whole after a crash. What remains is two lines in the system's log.
 */
export function createDeletionHandler(deps: DeleteTenantDeps): TaskHandler {
  return trackTask(deps, (task) => deleteTenant(deps, task), { evenWhenGone: true });
}

async function deleteTenant(
  { db, files, lanesTimeoutMs = 30_000 }: DeleteTenantDeps,
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
  await removeTenant(db, about, rows);
  // What somebody began to write just before their membership ended.
  await deleteTables(sweep, tenantId);
  await files.removeAll(tenantId);
  return { result: { rows } };
}

interface About {
  readonly tenantId: string;
  readonly taskId: string;
  readonly requestedBy: string | null;
}

/** The last of it, at once: nobody is a member of half a tenant. An installation without tenants is free again. */
async function removeTenant(db: Database, about: About, rows: Record<string, number>): Promise<void> {
  await db.system(async (tx) => {
    const tenant = await tx.maybeOne<{ name: string }>('select name from tenants where id = $1 for update', [
      about.tenantId,
    ]);
    const members = await tx.run('delete from members where tenant_id = $1', [about.tenantId]);
    await tx.run('delete from tasks where tenant_id = $1', [about.tenantId]);
    await tx.run('delete from tenants where id = $1', [about.tenantId]);
    await tx.run('update app.installation set claimed_at = null where not exists (select from tenants)');
    if (!tenant) return;
    await tx.run(
      `insert into app.system_log (event, subject_id, actor_id, details) values ('tenant.deleted', $1, $2, $3)`,
      [
        about.tenantId,
        about.requestedBy,
        JSON.stringify({ task: about.taskId, name: tenant.name, rows: { ...rows, members } }),
      ],
    );
  });
}

/** A line of the system's log, once for each task, however often that is tried. */
async function logOnce(db: Database, event: string, { tenantId, taskId, requestedBy }: About): Promise<void> {
  await db.system((tx) =>
    tx.run(
      `insert into app.system_log (event, subject_id, actor_id, details)
       select $1, t.id, $3, jsonb_build_object('task', $4::text, 'name', t.name) from tenants t where t.id = $2
         and not exists (select from app.system_log l where l.event = $1 and l.subject_id = $2 and l.details ->> 'task' = $4)`,
      [event, tenantId, requestedBy, taskId],
    ),
  );
}
