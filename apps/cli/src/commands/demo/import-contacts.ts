import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database, TenantScope } from '@zaphub/db';
import { createLocalFileStore, startImport, uploadImport } from '@zaphub/features';
import { AppError } from '@zaphub/types';
import { badFile } from './bad-input.ts';
import { explainFile } from './explain-file.ts';
import type { ProgressBar } from './progress-bar.ts';

/** What to import and how. */
export interface ImportContactsOptions {
  readonly path: string;
  readonly filesDir: string;
  readonly country: string;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
}

const pollMs = 200;

/**
 * Imports a file the way the dashboard does, with the columns that are recognised by themselves; the worker does
 * the work.
 * @returns how many contacts there are now, how many rows were refused, and how many repeat an earlier one
 * @throws BadInput for a file that cannot be used
 */
export async function importContacts(
  db: Database,
  scope: TenantScope,
  options: ImportContactsOptions,
): Promise<{ contacts: number; invalid: number; repeated: number }> {
  const importId = await start(db, scope, options);
  for (;;) {
    const row = await look(db, scope, importId);
    options.bar.update(Math.min(row.bytes_read, row.size_bytes), row.size_bytes, 'share');
    if (row.status === 'completed') {
      return { contacts: row.created, invalid: row.invalid, repeated: row.duplicates };
    }
    if (row.status === 'failed') {
      const detail = row.error_detail ?? row.error_code ?? '';
      throw badFile(detail, detail);
    }
    await delay(pollMs, undefined, { signal: options.signal });
  }
}

async function start(db: Database, scope: TenantScope, options: ImportContactsOptions): Promise<string> {
  const { path, filesDir, country, signal } = options;
  try {
    const source = createReadStream(path, { signal });
    const files = createLocalFileStore(filesDir);
    const uploaded = await uploadImport({ db, files }, scope, { filename: basename(path), source, signal });
    const mapping = uploaded.detected.suggested;
    if (!mapping.some((column) => column.to === 'phone')) {
      throw badFile(
        `No column of ${path} holds phone numbers.`,
        `Nenhuma coluna de ${path} tem números de telefone.`,
      );
    }
    await startImport({ db }, scope, uploaded.id, { mapping, tags: [], country });
    return uploaded.id;
  } catch (error) {
    throw error instanceof AppError ? explainFile(error, path) : error;
  }
}

interface ImportProgress {
  status: string;
  bytes_read: number;
  size_bytes: number;
  created: number;
  duplicates: number;
  invalid: number;
  error_code: string | null;
  error_detail: string | null;
}

function look(db: Database, scope: TenantScope, id: string): Promise<ImportProgress> {
  return db.tenant(scope, (tx) =>
    tx.one<ImportProgress>(
      `select status, bytes_read, size_bytes, created, duplicates, invalid, error_code, error_detail
       from imports where tenant_id = $1 and id = $2`,
      [scope.tenantId, id],
    ),
  );
}
