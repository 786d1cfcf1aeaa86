import { randomUUID } from 'node:crypto';
import type { Tx } from '@zaphub/db';

interface Column {
  name: string;
  type: string;
  /** The table and column that this one refers to. */
  target: string | null;
  target_column: string | null;
}

/**
 * Gives a tenant one row in each of the tables that have none, from the catalogue alone: a table that is added
 * later needs no line here. A table whose checks refuse made-up values is to be seeded by hand.
 */
export async function seedEmptyTables(tx: Tx, tenantId: string): Promise<void> {
  const tables = await tx.rows<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and n.nspname in ('public', 'app')`,
  );
  for (const { name } of tables) {
    const rows = await tx.run(`select from ${name} where tenant_id = $1 limit 1`, [tenantId]);
    if (rows === 0) await insertMadeUpRow(tx, name, tenantId);
  }
}

async function insertMadeUpRow(tx: Tx, table: string, tenantId: string): Promise<void> {
  const columns = await tx.rows<Column>(
    `select a.attname as name, format_type(a.atttypid, null) as type,
       k.confrelid::regclass::text as target,
       (select f.attname from pg_attribute f where f.attrelid = k.confrelid
          and f.attnum = k.confkey[array_position(k.conkey, a.attnum)]) as target_column
     from pg_attribute a
     left join pg_constraint k on k.conrelid = a.attrelid and k.contype = 'f' and a.attnum = any (k.conkey)
     where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped
       and a.attnotnull and not a.atthasdef and a.attidentity = ''`,
    [table],
  );
  const row: Record<string, unknown> = {};
  for (const column of columns) row[column.name] = await valueOf(tx, column, tenantId);
  const names = Object.keys(row).join(', ');
  await tx.run(
    `insert into ${table} (${names}) select ${names} from jsonb_populate_record(null::${table}, $1)`,
    [JSON.stringify(row)],
  );
}

async function valueOf(tx: Tx, column: Column, tenantId: string): Promise<unknown> {
  if (column.name === 'tenant_id') return tenantId;
  if (column.target !== null) {
    const [found] = await tx.rows<{ value: unknown }>(
      `select ${column.target_column} as value from ${column.target} where tenant_id = $1 limit 1`,
      [tenantId],
    );
    return found?.value;
  }
  if (column.type.endsWith('[]')) return [];
  if (column.type === 'uuid') return randomUUID();
  if (column.type === 'jsonb') return {};
  if (column.type === 'boolean') return true;
  if (column.type.startsWith('timestamp') || column.type === 'date') return new Date().toISOString();
  return /int|numeric|double/.test(column.type) ? 1 : 'made up';
}
