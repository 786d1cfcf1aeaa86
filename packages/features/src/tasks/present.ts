import { type Task, toPublicId } from '@zaphub/types';
import type { TaskRow } from './queries.ts';

/** A task as the API shows it. */
export function presentTask(row: TaskRow): Task {
  return {
    id: toPublicId('task', row.id),
    name: row.name,
    state: row.state,
    priority: row.priority,
    attempts: row.attempts,
    progress: { done: row.progress_done, total: row.progress_total },
    result: row.result,
    error_code: row.error_code,
    has_file: row.file_key !== null,
    added_at: row.added_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
