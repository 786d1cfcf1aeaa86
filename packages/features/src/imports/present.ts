import { toPublicId } from '@zaphub/types';
import type { ImportJob } from '@zaphub/types';
import type { ImportRow } from './queries.ts';

/** An import as the API shows it. */
export function presentImport(row: ImportRow): ImportJob {
  return { ...presentProgress(row), detected: row.detected, mapping: row.mapping };
}

/** What travels in events: without the preview. */
export function presentProgress(row: ImportRow): Omit<ImportJob, 'detected' | 'mapping'> {
  return {
    id: toPublicId('import', row.id),
    filename: row.filename,
    size_bytes: row.size_bytes,
    status: row.status,
    tags: row.options.tags ?? [],
    progress: {
      bytes_read: row.bytes_read,
      rows_read: row.rows_read,
      created: row.created,
      updated: row.updated,
      unchanged: row.unchanged,
      duplicates: row.duplicates,
      invalid: row.invalid,
    },
    error: row.error_code === null ? null : { code: row.error_code, detail: row.error_detail },
    created_at: row.created_at.toISOString(),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
