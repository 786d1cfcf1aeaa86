import { createReadStream } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { systemScope } from '@zaphub/db';
import type { Database } from '@zaphub/db';
import { createLocalFileStore, runImport, startImport, uploadImport } from '@zaphub/features';
import type { ColumnTarget } from '@zaphub/types';
import { fileColumns } from './contacts-file.ts';

// One folder for the bench and the children it measures; another person on this machine has their own.
const files = createLocalFileStore(join(tmpdir(), `zaphub-bench-files-${userInfo().username}`));

/** Uploads the file and starts its import: the name, the phone, and every other column as an attribute. */
export async function prepareImport(db: Database, tenantId: string, path: string): Promise<string> {
  const scope = systemScope(tenantId);
  const uploaded = await uploadImport({ db, files }, scope, {
    filename: 'contacts.csv',
    source: createReadStream(path),
  });
  const mapping = fileColumns.map((column): ColumnTarget => {
    if (column === 'name' || column === 'phone') return { to: column };
    return { to: 'attribute', key: column };
  });
  const started = await startImport({ db }, scope, uploaded.id, { mapping, tags: [] });
  return started.id;
}

/** Runs it to its end. @throws when it does not complete, or not every row became a contact */
export async function runToTheEnd(
  db: Database,
  tenantId: string,
  importId: string,
  rows: number,
): Promise<void> {
  const scope = systemScope(tenantId);
  const result = await runImport({ db, files }, scope, importId, { signal: new AbortController().signal });
  const { count } = await db.tenant(scope, (tx) =>
    tx.one<{ count: number }>('select created as count from imports where id = $1', [importId]),
  );
  if (result !== 'completed' || count !== rows)
    throw new Error(`${result} with ${count} of ${rows} contacts`);
}
