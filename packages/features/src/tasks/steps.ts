import { type Database, systemScope } from '@zaphub/db';
import type { TaskPriority } from '@zaphub/kernel';
import type { Logger } from '@zaphub/telemetry';
import { enqueue } from '../outbox/index.ts';
import type { FileStore } from '../routing/index.ts';

export interface TaskStepDeps {
  readonly db: Database;
  readonly files: FileStore;
  readonly logger: Logger;
}

/** A doorbell that was lost is rung again after this long without news. */
const silentMs = 60_000;
/** Without news for so long, whatever should have done the task has failed. */
const lostMs = 6 * 3_600_000;
/** Tasks that have ended, and their files, are kept this long. */
const keepMs = 7 * 24 * 3_600_000;
const batchSize = 500;

/** What is set right about tasks regularly: lost doorbells, tasks that nobody ends, old ones and their files. */
export function taskSteps(deps: TaskStepDeps): { name: string; run: () => Promise<number> }[] {
  return [
    { name: 'fail-lost-tasks', run: () => failLostTasks(deps) },
    { name: 'ring-tasks', run: () => ringTasks(deps) },
    { name: 'delete-old-tasks', run: () => deleteOldTasks(deps) },
  ];
}

function failLostTasks({ db }: TaskStepDeps): Promise<number> {
  return db.system((tx) =>
    tx.run(
      `update tasks set state = 'failed', error_code = 'timeout', finished_at = clock_timestamp()
       where state in ('pending', 'processing') and progress_at < clock_timestamp() - $1::float8 * interval '1 millisecond'`,
      [lostMs],
    ),
  );
}

/** The queue keeps a task once for its id, so that ringing for one that is there or running changes nothing. */
function ringTasks({ db }: TaskStepDeps): Promise<number> {
  return db.system(async (tx) => {
    const silent = await tx.rows<{
      id: string;
      tenantId: string;
      name: string;
      priority: TaskPriority;
      retries: number;
    }>(
      `select id, tenant_id as "tenantId", name, priority, retries from tasks t
       where state in ('pending', 'processing')
         and progress_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
         and not exists (select from outbox o where o.job = 'task.run' and o.payload ->> 'id' = t.id::text)
       limit ${batchSize}`,
      [silentMs],
    );
    for (const { tenantId, ...task } of silent) {
      await enqueue(tx, systemScope(tenantId), 'task.run', { ...task, context: { tenantId } });
    }
    return silent.length;
  });
}

/** The file first: a row without a file is deleted in the next round, a file without a row never. */
async function deleteOldTasks({ db, files }: TaskStepDeps): Promise<number> {
  const old = await db.system((tx) =>
    tx.rows<{ id: string; file_key: string | null }>(
      `select id, file_key from tasks where finished_at < clock_timestamp() - $1::float8 * interval '1 millisecond'
       limit ${batchSize}`,
      [keepMs],
    ),
  );
  for (const { file_key: key } of old) if (key !== null) await files.remove(key);
  if (old.length === 0) return 0;
  return db.system((tx) => tx.run('delete from tasks where id = any($1::uuid[])', [old.map(({ id }) => id)]));
}
