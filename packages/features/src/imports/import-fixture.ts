import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { TenantScope } from '@zaphub/db';
import { createTenant } from '@zaphub/testing';
import type { TestDatabase } from '@zaphub/testing';
import type { ColumnTarget } from '@zaphub/types';
import { createLocalFileStore } from '../files/index.ts';
import type { FileStore } from '../routing/index.ts';
import { startImport } from './actions/start-import.ts';
import { uploadImport } from './actions/upload-import.ts';
import { runImport } from './jobs/run-import.ts';
import type { RunImportDeps, RunImportOptions, RunImportResult } from './jobs/run-import.ts';
import { getImport } from './queries.ts';
import type { ImportRow } from './queries.ts';

/** For tests: a tenant with a folder of its own, and the way of a file from upload to contacts. */
export interface ImportFixture {
  scope: TenantScope;
  /** Where its files are kept. */
  directory: string;
  deps: RunImportDeps & { files: FileStore };
  upload(content: string | Buffer | AsyncIterable<Uint8Array>): Promise<ImportRow>;
  /** Starts it under the suggested mapping, or the given one; all rows get `tags`. */
  start(uploaded: ImportRow, options?: { mapping?: ColumnTarget[]; tags?: string[] }): Promise<void>;
  run(id: string, options?: Partial<RunImportOptions>): Promise<RunImportResult>;
  /** Upload, start and run; answers how it ended. */
  import(
    content: string | Buffer | AsyncIterable<Uint8Array>,
    options?: { tags?: string[] },
  ): Promise<ImportRow>;
  read(id: string): Promise<ImportRow>;
  contacts(): Promise<StoredContact[]>;
  errors(id: string): Promise<Record<number, string>>;
  close(): Promise<void>;
}

export interface StoredContact {
  phone: string;
  name: string | null;
  attributes: Record<string, string>;
  tags: string[];
}

export async function importFixture(database: TestDatabase): Promise<ImportFixture> {
  const { scope } = await createTenant(database.system);
  const directory = await mkdtemp(join(tmpdir(), 'zaphub-imports-'));
  const deps = { db: database.system, files: createLocalFileStore(directory) };
  const signal = new AbortController().signal;

  const fixture: ImportFixture = {
    scope,
    deps,
    directory,
    upload: (content) =>
      uploadImport(deps, scope, {
        filename: 'contacts.csv',
        source:
          typeof content === 'string' || Buffer.isBuffer(content)
            ? Readable.from([Buffer.from(content)])
            : content,
      }),
    async start(uploaded, { mapping = uploaded.detected.suggested, tags = [] } = {}) {
      await startImport(deps, scope, uploaded.id, { mapping, tags });
    },
    run: (id, options = {}) => runImport(deps, scope, id, { signal, ...options }),
    async import(content, options = {}) {
      const uploaded = await fixture.upload(content);
      await fixture.start(uploaded, options);
      await fixture.run(uploaded.id);
      return fixture.read(uploaded.id);
    },
    read: (id) => database.api.tenant(scope, (tx) => getImport(scope, tx, id)),
    contacts: () =>
      database.api.tenant(scope, (tx) =>
        tx.rows<StoredContact>(
          `select phone, name, attributes,
             array(select tag from contact_tags t where t.contact_id = c.id order by tag) as tags
           from contacts c where tenant_id = $1 order by phone`,
          [scope.tenantId],
        ),
      ),
    async errors(id) {
      const rows = await database.api.tenant(scope, (tx) =>
        tx.rows<{ row_number: number; code: string }>(
          'select row_number, code from import_errors where import_id = $1 order by row_number',
          [id],
        ),
      );
      return Object.fromEntries(rows.map((row) => [row.row_number, row.code]));
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
  return fixture;
}

/** `from` to `to` - 1 as rows `Person n,+55119…`, below a header. */
export function people(from: number, to: number): string {
  const rows = Array.from(
    { length: to - from },
    (_, n) => `Person ${from + n},+55119${String(from + n).padStart(8, '0')}\n`,
  );
  return 'name,phone\n' + rows.join('');
}
