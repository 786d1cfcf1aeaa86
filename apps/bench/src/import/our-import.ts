import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemScope } from '@zaphub/db';
import type { Database, TenantScope } from '@zaphub/db';
import { createLocalFileStore, runImport, startImport, uploadImport } from '@zaphub/features';
import type { ColumnTarget } from '@zaphub/types';
import { fileColumns } from './contacts-file.ts';

/** An uploaded file whose import is queued. */
export interface PreparedImport {
  /** Runs it to its end. @throws when it does not complete, or not every row became a contact */
  run(): Promise<void>;
}

/** Uploads the file and starts its import, with the name, the phone and every other column as an attribute. */
export async function prepareImport(
  db: Database,
  tenantId: string,
  path: string,
  rows: number,
): Promise<PreparedImport> {
  const deps = { db, files: createLocalFileStore(join(tmpdir(), 'zaphub-bench-files')) };
  const scope: TenantScope = systemScope(tenantId);
  const uploaded = await uploadImport(deps, scope, {
    filename: 'contacts.csv',
    source: createReadStream(path),
  });
  const mapping = fileColumns.map((column): ColumnTarget => {
    if (column === 'name' || column === 'phone') return { to: column };
    return { to: 'attribute', key: column };
  });
  const started = await startImport(deps, scope, uploaded.id, { mapping, tags: [] });
  return {
    async run() {
      const result = await runImport(deps, scope, started.id, { signal: new AbortController().signal });
      const { count } = await db.tenant(scope, (tx) =>
        tx.one<{ count: number }>('select created as count from imports where id = $1', [started.id]),
      );
      if (result !== 'completed' || count !== rows)
        throw new Error(`${result} with ${count} of ${rows} contacts`);
    },
  };
}
