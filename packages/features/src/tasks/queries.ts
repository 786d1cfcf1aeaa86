import type { Database, TenantScope, Tx } from '@zaphub/db';
import { noTasks, type QueueStats, type TaskPriority, type TaskState } from '@zaphub/kernel';
import { AppError, type TaskName } from '@zaphub/types';

/** A task as stored. */
export interface TaskRow {
  readonly id: string;
  readonly seq: number;
  readonly tenant_id: string;
  readonly name: TaskName;
  readonly state: TaskState;
  readonly priority: TaskPriority;
  readonly retries: number;
  readonly attempts: number;
  readonly context: Readonly<Record<string, unknown>>;
  readonly progress_done: number;
  readonly progress_total: number | null;
  readonly result: Record<string, unknown> | null;
  readonly file_key: string | null;
  readonly error_code: string | null;
  readonly requested_by: string | null;
  readonly added_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** The columns of a {@link TaskRow}. */
export const taskColumns = `id, seq, tenant_id, name, state, priority, retries, attempts, context, progress_done,
  progress_total, result, file_key, error_code, requested_by, added_at, started_at, finished_at`;

/** A task of the tenant. @throws AppError `not_found` */
export async function getTask(scope: TenantScope, tx: Tx, taskId: string): Promise<TaskRow> {
  const row = await tx.maybeOne<TaskRow>(
    `select ${taskColumns} from tasks where tenant_id = $1 and id = $2`,
    [scope.tenantId, taskId],
  );
  if (!row) throw new AppError('not_found', 'no such task');
  return row;
}

/** The latest tasks of the tenant, newest first. */
export function listTasks(
  scope: TenantScope,
  tx: Tx,
  page: { before: number | undefined; limit: number },
): Promise<TaskRow[]> {
  return tx.rows<TaskRow>(
    `select ${taskColumns} from tasks where tenant_id = $1 and ($2::bigint is null or seq < $2)
     order by seq desc limit $3`,
    [scope.tenantId, page.before ?? null, page.limit],
  );
}

/** How many tasks of all tenants there are; the api may ask. */
export async function readTaskCounts(db: Database): Promise<QueueStats> {
  const rows = await db.system((tx) =>
    tx.rows<{ state: TaskState; priority: TaskPriority; count: number }>('select * from app.task_counts()'),
  );
  const stats = { ...noTasks, byPriority: { ...noTasks.byPriority } };
  for (const { state, priority, count } of rows) {
    stats[state] += count;
    if (state === 'pending') stats.byPriority[priority] += count;
  }
  return stats;
}
