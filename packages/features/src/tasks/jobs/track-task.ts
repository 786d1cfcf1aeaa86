import type { Database } from '@zaphub/db';
import { lowered, type TaskHandler, type TaskRun } from '@zaphub/kernel';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import { z } from 'zod';
import { taskColumns, type TaskRow } from '../queries.ts';

/** What the work of a task is given. */
export interface TaskWork {
  readonly taskId: string;
  readonly tenantId: string;
  /** The person who asked; `null` for the system, or when the task's row has gone. */
  readonly requestedBy: string | null;
  readonly context: Readonly<Record<string, unknown>>;
  /** Aborts when the worker can wait no longer. */
  readonly signal: AbortSignal;
  /** Writes down how far it is; `total` is null while nobody knows. */
  progress(done: number, total: number | null): Promise<void>;
}

/** What a task leaves behind. */
export interface TaskOutcome {
  /** Numbers for whoever asked. */
  readonly result?: Record<string, unknown>;
  /** A file to download, as its key in the store. */
  readonly fileKey?: string;
}

export interface TrackDeps {
  readonly db: Database;
  readonly logger: Logger;
}

const payload = z.looseObject({ tenantId: z.uuid() });

/**
 * Makes a handler from some work: its beginning, progress and end are written to the task's row. A task whose row
 * has ended or gone is not done again, except with `evenWhenGone`, for work that takes its own row away. When the
 * row went away meanwhile, `onLost` may take back what the work has left.
 */
export function trackTask(
  deps: TrackDeps,
  work: (task: TaskWork) => Promise<TaskOutcome>,
  options: {
    readonly evenWhenGone?: boolean;
    readonly onLost?: (outcome: TaskOutcome) => Promise<void>;
  } = {},
): TaskHandler {
  return async (run) => {
    const { tenantId } = payload.parse(run.context);
    const row = await begin(deps.db, run.id);
    const isOver = row?.finished_at !== null && row !== undefined;
    if (isOver || (row === undefined && options.evenWhenGone !== true)) {
      deps.logger.info('a task that is over or gone is not done', { task: run.id, tenant_id: tenantId });
      return;
    }
    try {
      const outcome = await work({
        taskId: run.id,
        tenantId,
        requestedBy: row?.requested_by ?? null,
        context: row?.context ?? {},
        signal: run.signal,
        progress: (done, total) => writeProgress(deps.db, run.id, { done, total }),
      });
      if (!(await complete(deps.db, run.id, outcome)) && row !== undefined) await options.onLost?.(outcome);
    } catch (error) {
      await fail(deps.db, run, error);
      throw error;
    }
  };
}

/** Answers the row as it was before when it has ended, as it is now when it begins. */
function begin(db: Database, taskId: string): Promise<TaskRow | undefined> {
  return db.system(async (tx) => {
    const begun = await tx.maybeOne<TaskRow>(
      `update tasks set state = 'processing', attempts = attempts + 1, progress_at = clock_timestamp(),
         started_at = coalesce(started_at, clock_timestamp())
       where id = $1 and state in ('pending', 'processing') returning ${taskColumns}`,
      [taskId],
    );
    return begun ?? tx.maybeOne<TaskRow>(`select ${taskColumns} from tasks where id = $1`, [taskId]);
  });
}

async function writeProgress(
  db: Database,
  taskId: string,
  progress: { done: number; total: number | null },
): Promise<void> {
  await db.system((tx) =>
    tx.run(
      `update tasks set progress_done = $2, progress_total = $3, progress_at = clock_timestamp() where id = $1`,
      [taskId, progress.done, progress.total],
    ),
  );
}

/** Answers whether the row was there to be ended. */
async function complete(db: Database, taskId: string, outcome: TaskOutcome): Promise<boolean> {
  const ended = await db.system((tx) =>
    tx.run(
      `update tasks set state = 'completed', result = $2, file_key = $3, error_code = null,
         progress_done = coalesce(progress_total, progress_done), progress_at = clock_timestamp(),
         finished_at = clock_timestamp() where id = $1 and state = 'processing'`,
      [taskId, JSON.stringify(outcome.result ?? {}), outcome.fileKey ?? null],
    ),
  );
  return ended > 0;
}

async function fail(db: Database, run: TaskRun, error: unknown): Promise<void> {
  const code = error instanceof AppError ? error.code : 'internal';
  const isFinal = run.isLast || (error instanceof AppError && !error.retryable);
  await db.system(async (tx) => {
    const row = await tx.maybeOne<Pick<TaskRow, 'priority'>>('select priority from tasks where id = $1', [
      run.id,
    ]);
    if (!row) return;
    await tx.run(
      `update tasks set state = $2, error_code = $3, priority = $4, progress_at = clock_timestamp(),
         finished_at = case when $2 = 'failed' then clock_timestamp() end where id = $1 and state = 'processing'`,
      [run.id, isFinal ? 'failed' : 'pending', code, isFinal ? row.priority : lowered(row.priority)],
    );
  });
}
