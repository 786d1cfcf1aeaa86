import type { Database } from '@zaphub/db';
import { byteOrderMark, csvLine } from '../../reports/index.ts';
import { type ExportedTable, exportedTables } from './exported-tables.ts';
import type { ZipEntry } from './zip-stream.ts';

const batchSize = 2_000;

export interface ExportDeps {
  readonly db: Database;
  /** Told after each file, and between pieces that no more is wanted. */
  readonly onFile: (name: string, rows: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** How many files an export has. */
export const exportedFiles = exportedTables.length + 3;

/**
 * The files of a tenant's export: each table as NDJSON, a row a line, and the contacts as CSV as well. Each piece is
 * a short transaction of its own, which keeps nothing from being vacuumed; a row that changes meanwhile is there once,
 * as it was when its piece was read.
 */
export async function* exportEntries(deps: ExportDeps, tenantId: string): AsyncGenerator<ZipEntry> {
  for (const table of exportedTables) {
    yield entry(deps, `${table.table}.ndjson`, tableLines(deps, tenantId, table));
  }
  yield entry(deps, 'contacts.csv', contactLines(deps, tenantId));
  yield entry(deps, 'messages.ndjson', messageLines(deps, tenantId));
  yield entry(deps, 'message_attempts.ndjson', attemptLines(deps, tenantId));
}

/** One line, and what the next piece begins behind. */
interface Line {
  readonly line: string;
  readonly key: readonly unknown[];
}

function entry(deps: ExportDeps, name: string, pieces: AsyncIterable<readonly string[]>): ZipEntry {
  const content = async function* (): AsyncGenerator<string> {
    let rows = 0;
    for await (const lines of pieces) {
      deps.signal.throwIfAborted();
      rows += lines.length;
      yield lines.join('');
    }
    await deps.onFile(name, rows);
  };
  return { name, content: content() };
}

async function* tableLines(
  { db }: ExportDeps,
  tenantId: string,
  { table, tenantColumn, key, without = [] }: ExportedTable,
): AsyncGenerator<string[]> {
  const columns = key.join(', ');
  const place = key.map((_, index) => `$${index + 3}`).join(', ');
  let after: readonly unknown[] | undefined;
  for (;;) {
    const found: Line[] = await db.system((tx) =>
      tx.rows<Line>(
        `select (to_jsonb(t) - $2::text[])::text || chr(10) as line, jsonb_build_array(${columns}) as key
         from ${table} t where ${tenantColumn} = $1 ${after === undefined ? '' : `and (${columns}) > (${place})`}
         order by ${columns} limit ${batchSize}`,
        [tenantId, without, ...(after ?? [])],
      ),
    );
    if (found.length > 0) yield found.map(({ line }) => line);
    if (found.length < batchSize) return;
    after = found.at(-1)?.key;
  }
}

interface ContactRow {
  readonly id: string;
  readonly phone: string | null;
  readonly name: string | null;
  readonly attributes: string;
  readonly opted_out_at: Date | null;
  readonly created_at: Date;
}

/** For people with a spreadsheet: no cell can act as a formula. */
async function* contactLines({ db }: ExportDeps, tenantId: string): AsyncGenerator<string[]> {
  yield [byteOrderMark + csvLine(['phone', 'name', 'attributes', 'opted_out_at', 'created_at'])];
  let after: string | null = null;
  for (;;) {
    const rows: ContactRow[] = await db.system((tx) =>
      tx.rows<ContactRow>(
        `select id, phone, name, attributes::text as attributes, opted_out_at, created_at from contacts
         where tenant_id = $1 and id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
         order by id limit ${batchSize}`,
        [tenantId, after],
      ),
    );
    yield rows.map((row) =>
      csvLine([
        row.phone,
        row.name,
        row.attributes,
        row.opted_out_at?.toISOString() ?? null,
        row.created_at.toISOString(),
      ]),
    );
    if (rows.length < batchSize) return;
    after = rows.at(-1)?.id ?? null;
  }
}

async function* messageLines(deps: ExportDeps, tenantId: string): AsyncGenerator<string[]> {
  yield* ledgerLines(
    deps,
    tenantId,
    `select (to_jsonb(m) - array['fence', 'queued', 'retry'])::text || chr(10) as line from messages m
     where campaign_id = $1 and tenant_id = $2 and position > $3 and position <= $3 + ${batchSize} order by position`,
  );
}

async function* attemptLines(deps: ExportDeps, tenantId: string): AsyncGenerator<string[]> {
  yield* ledgerLines(
    deps,
    tenantId,
    `select to_jsonb(a)::text || chr(10) as line from message_attempts a where tenant_id = $2 and message_id = any(
       array(select id from messages where campaign_id = $1 and position > $3 and position <= $3 + ${batchSize}))
     order by id`,
  );
}

/** Recipients are numbered from 1 without gaps, so each piece is a range of numbers. */
async function* ledgerLines({ db }: ExportDeps, tenantId: string, text: string): AsyncGenerator<string[]> {
  const campaigns = await db.system((tx) =>
    tx.rows<{ id: string; last: number }>(
      `select c.id, coalesce((select max(position) from messages m where m.campaign_id = c.id), 0) as last
       from campaigns c where c.tenant_id = $1 order by c.id`,
      [tenantId],
    ),
  );
  for (const { id, last } of campaigns) {
    for (let after = 0; after < last; after += batchSize) {
      const rows = await db.system((tx) => tx.rows<{ line: string }>(text, [id, tenantId, after]));
      yield rows.map(({ line }) => line);
    }
  }
}
