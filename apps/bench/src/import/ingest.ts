import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Database } from '@zaphub/db';
import { createCsvParser } from '@zaphub/features';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { medianRounds, rate } from '../rounds.ts';
import { fileColumns } from './contacts-file.ts';
import { startImportWorker } from './import-worker.ts';
import { prepareImport } from './our-import.ts';

export interface IngestOptions {
  pool: pg.Pool;
  db: Database;
  /** Of the engine's role. */
  connectionString: string;
  tenantId: string;
  path: string;
  rows: number;
  rounds: number;
}

const columnList = fileColumns.join(', ');
const valuesRows = 1000;

/**
 * Rows a second from the file into the database: our import; a COPY that passes the file through as it is; and
 * INSERTs of 1,000 rows of values each, of rows parsed beforehand. The peers write a table of the file's columns in
 * their own types, with the very keys, checks and indexes of contacts. Ours runs where it runs in the product, in a
 * process that does nothing else.
 */
export async function measureIngest(
  options: IngestOptions,
): Promise<Record<'ours' | 'copy' | 'values-1000', number>> {
  const { pool, db, tenantId, path, rows, rounds } = options;
  const parsed = await readRows(path);
  const worker = await startImportWorker(options.connectionString);
  try {
    return await medianRounds(
      {
        async ours() {
          await pool.query(
            'truncate contacts, contact_tags, imports, import_errors, import_matches, outbox, events cascade',
          );
          const importId = await prepareImport(db, tenantId, path);
          return rate(rows, () => worker.run({ tenantId, importId, rows }));
        },
        async copy() {
          await resetPeerTable(pool, tenantId);
          return rate(rows, () => copyFile(pool, path));
        },
        async 'values-1000'() {
          await resetPeerTable(pool, tenantId);
          return rate(rows, () => insertValues(pool, parsed));
        },
      },
      rounds,
    );
  } finally {
    await worker.close();
  }
}

async function resetPeerTable(pool: pg.Pool, tenantId: string): Promise<void> {
  await pool.query(`
    drop table if exists bench_contacts;
    create table bench_contacts (like contacts including defaults including constraints including indexes);
    alter table bench_contacts alter tenant_id set default '${tenantId}', drop attributes, drop consent_source,
      drop import_id, drop opted_out_at, drop opt_out_source, drop updated_at,
      add email text, add company text, add tags text, add city text, add country text, add opt_in boolean,
      add custom jsonb`);
}

async function copyFile(pool: pg.Pool, path: string): Promise<void> {
  const client = await pool.connect();
  try {
    const copy = copyFrom(`copy bench_contacts (${columnList}) from stdin with (format csv, header)`);
    await pipeline(createReadStream(path, { highWaterMark: 262_144 }), client.query(copy));
  } finally {
    client.release();
  }
}

async function insertValues(pool: pg.Pool, rows: readonly (readonly string[])[]): Promise<void> {
  for (let from = 0; from < rows.length; from += valuesRows) {
    const part = rows.slice(from, from + valuesRows);
    const tuples = part.map(
      (row, at) => `(${row.map((_, column) => `$${at * row.length + column + 1}`).join(',')})`,
    );
    await pool.query(`insert into bench_contacts (${columnList}) values ${tuples.join(',')}`, part.flat());
  }
}

async function readRows(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  const parser = createCsvParser({
    delimiter: ',',
    encoding: 'utf-8',
    onRecord: (fields, row) => {
      if (row > 1) rows.push(fields);
    },
  });
  for await (const chunk of createReadStream(path)) parser.write(chunk);
  parser.end();
  return rows;
}
