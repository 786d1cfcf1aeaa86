import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { ColumnTarget, DetectedFile, ImportStatus, Locale } from '@zaphub/types';
import type { MergeCounts } from './pipeline/merge-batch.ts';

/** What the person chose beside the mapping. */
export interface ImportOptions {
  tags?: string[];
  country?: string;
  consent_source?: string;
}

export interface ImportRow extends MergeCounts {
  id: string;
  filename: string;
  file_key: string;
  size_bytes: number;
  status: ImportStatus;
  detected: DetectedFile;
  mapping: ColumnTarget[] | null;
  options: ImportOptions;
  bytes_read: number;
  rows_read: number;
  next_row: number;
  fence: number;
  error_code: string | null;
  error_detail: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

const columns = `id, filename, file_key, size_bytes, status, detected, mapping, options, bytes_read, rows_read, next_row,
  created, updated, unchanged, duplicates, invalid, fence, error_code, error_detail, created_at, started_at, finished_at`;

/** @throws AppError `not_found` */
export async function getImport(scope: TenantScope, tx: Tx, id: string): Promise<ImportRow> {
  const row = await tx.maybeOne<ImportRow>(
    `select ${columns} from imports where tenant_id = $1 and id = $2`,
    [scope.tenantId, id],
  );
  if (row === undefined) throw new AppError('not_found', 'no such import');
  return row;
}

/** Newest first; `after` is the id of the last one seen. */
export function listImports(
  scope: TenantScope,
  tx: Tx,
  after: string | undefined,
  take: number,
): Promise<ImportRow[]> {
  return tx.rows<ImportRow>(
    `select ${columns} from imports where tenant_id = $1 and ($2::uuid is null or id < $2)
     order by id desc limit $3`,
    [scope.tenantId, after ?? null, take],
  );
}

export interface NewImport {
  filename: string;
  fileKey: string;
  sizeBytes: number;
  detected: DetectedFile;
  offset: number;
  nextRow: number;
}

export function insertImport(scope: TenantScope, tx: Tx, file: NewImport): Promise<ImportRow> {
  return tx.one<ImportRow>(
    `insert into imports (tenant_id, filename, file_key, size_bytes, detected, bytes_read, next_row, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning ${columns}`,
    [
      scope.tenantId,
      file.filename,
      file.fileKey,
      file.sizeBytes,
      JSON.stringify(file.detected),
      file.offset,
      file.nextRow,
      scope.actor.kind === 'user' ? scope.actor.userId : null,
    ],
  );
}

/** Moves an uploaded import to the queue. `undefined` when it is not waiting for that any more. */
export function queueImport(
  scope: TenantScope,
  tx: Tx,
  id: string,
  mapping: readonly ColumnTarget[],
  options: ImportOptions,
): Promise<ImportRow | undefined> {
  return tx.maybeOne<ImportRow>(
    `update imports set status = 'queued', mapping = $3, options = $4, progress_at = clock_timestamp()
     where tenant_id = $1 and id = $2 and status = 'uploaded' returning ${columns}`,
    [scope.tenantId, id, JSON.stringify(mapping), JSON.stringify(options)],
  );
}

/** Cancels what is not over yet. */
export function cancelImport(scope: TenantScope, tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx.maybeOne<ImportRow>(
    `update imports set status = 'cancelled', finished_at = clock_timestamp(), progress_at = clock_timestamp()
     where tenant_id = $1 and id = $2 and status in ('uploaded', 'queued', 'running') returning ${columns}`,
    [scope.tenantId, id],
  );
}

/** Takes the import for one runner: whoever held it can write nothing more. `undefined` when it is not to be run. */
export function takeImport(scope: TenantScope, tx: Tx, id: string): Promise<ImportRow | undefined> {
  return tx.maybeOne<ImportRow>(
    `update imports set fence = fence + 1, status = 'running', started_at = coalesce(started_at, clock_timestamp()),
       progress_at = clock_timestamp()
     where tenant_id = $1 and id = $2 and status in ('queued', 'running') returning ${columns}`,
    [scope.tenantId, id],
  );
}

export interface Progress extends MergeCounts {
  fromRow: number;
  offset: number;
  nextRow: number;
}

/**
 * Moves the cursor over an applied batch. `undefined` when the fence was taken, the import is over, or the cursor
 * does not stand before this batch.
 */
export function advanceImport(
  scope: TenantScope,
  tx: Tx,
  id: string,
  fence: number,
  progress: Progress,
): Promise<ImportRow | undefined> {
  const { created, updated, unchanged, duplicates, invalid } = progress;
  return tx.maybeOne<ImportRow>(
    `update imports set bytes_read = $4, next_row = $5, rows_read = rows_read + $6, created = created + $7,
       updated = updated + $8, unchanged = unchanged + $9, duplicates = duplicates + $10, invalid = invalid + $11,
       progress_at = clock_timestamp()
     where tenant_id = $1 and id = $2 and fence = $3 and next_row = $12 and status = 'running' returning ${columns}`,
    [
      scope.tenantId,
      id,
      fence,
      progress.offset,
      progress.nextRow,
      created + updated + unchanged + duplicates + invalid,
      created,
      updated,
      unchanged,
      duplicates,
      invalid,
      progress.fromRow,
    ],
  );
}

/** How an import ends by itself. */
export type ImportEnd = { status: 'completed' } | { status: 'failed'; code: string; detail: string };

/** Ends a run. `undefined` when another runner has it or it is over already. */
export async function endImport(
  scope: TenantScope,
  tx: Tx,
  id: string,
  fence: number,
  end: ImportEnd,
): Promise<ImportRow | undefined> {
  const failure = end.status === 'failed' ? end : undefined;
  const row = await tx.maybeOne<ImportRow>(
    `update imports set status = $4, error_code = $5, error_detail = $6, finished_at = clock_timestamp(),
       progress_at = clock_timestamp()
     where tenant_id = $1 and id = $2 and fence = $3 and status = 'running' returning ${columns}`,
    [scope.tenantId, id, fence, end.status, failure?.code ?? null, failure?.detail ?? null],
  );
  if (row !== undefined) await forgetMatches(scope, tx, id);
  return row;
}

/** The import is over: which contacts it has met is of no use any more. */
export async function forgetMatches(scope: TenantScope, tx: Tx, id: string): Promise<void> {
  await tx.run('delete from import_matches where tenant_id = $1 and import_id = $2', [scope.tenantId, id]);
}

/** What an import follows when it says nothing else. */
export function getTenantSettings(scope: TenantScope, tx: Tx): Promise<{ country: string; locale: Locale }> {
  return tx.one('select default_country as country, locale from tenants where id = $1', [scope.tenantId]);
}
