import type { Database } from '@zaphub/db';

const batchSize = 5_000;

export interface DeleteDeps {
  readonly db: Database;
  readonly signal: AbortSignal;
  /** Told of each batch: how many rows of which table have gone. */
  readonly onDeleted: (table: string, rows: number) => Promise<void>;
}

/** Whoever reads the task's progress must still be let in: these go last, in one transaction. */
const lastTables = ['public.members', 'public.tasks'];
/** No index of theirs begins with the tenant: they go campaign by campaign, before the others. */
const ledgerTables = ['public.messages', 'public.message_attempts'];

/** Deletes what a tenant has sent, in batches, each a transaction of its own. */
export async function deleteLedger(deps: DeleteDeps, tenantId: string): Promise<void> {
  const campaigns = await deps.db.system((tx) =>
    tx.rows<{ id: string }>('select id from campaigns where tenant_id = $1', [tenantId]),
  );
  for (const { id } of campaigns) {
    for (let isMore = true; isMore;) {
      deps.signal.throwIfAborted();
      const [attempts, messages] = await deps.db.system(async (tx) => {
        const rows = await tx.rows<{ id: string }>(
          `select id from messages where campaign_id = $1 and tenant_id = $2 order by position limit ${batchSize}`,
          [id, tenantId],
        );
        const ids = rows.map((row) => row.id);
        return [
          await tx.run('delete from message_attempts where message_id = any($1::uuid[])', [ids]),
          await tx.run('delete from messages where id = any($1::uuid[])', [ids]),
        ] as const;
      });
      if (attempts > 0) await deps.onDeleted('message_attempts', attempts);
      if (messages > 0) await deps.onDeleted('messages', messages);
      isMore = messages === batchSize;
    }
  }
}

/**
 * Deletes a tenant's rows of every other table that has them, in batches: those that refer to others first. The
 * tables are looked up, so that one which a later version adds is not forgotten.
 */
export async function deleteTables(deps: DeleteDeps, tenantId: string): Promise<void> {
  for (const table of await tenantTables(deps.db)) {
    for (let deleted = batchSize; deleted === batchSize;) {
      deps.signal.throwIfAborted();
      deleted = await deps.db.system((tx) =>
        tx.run(
          `delete from ${table} where ctid = any(array(select ctid from ${table} where tenant_id = $1 limit ${batchSize}))`,
          [tenantId],
        ),
      );
      if (deleted > 0) await deps.onDeleted(table.replace('public.', ''), deleted);
    }
  }
}

/** Tables with a tenant's rows, each before those that it refers to. */
async function tenantTables(db: Database): Promise<string[]> {
  const { tables, references } = await db.system(async (tx) => ({
    tables: await tx.rows<{ name: string }>(
      `select n.nspname || '.' || quote_ident(c.relname) as name from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
       where c.relkind in ('r', 'p') and not c.relispartition and n.nspname = 'public' order by 1`,
    ),
    references: await tx.rows<{ from: string; to: string }>(
      `select fn.nspname || '.' || quote_ident(f.relname) as from, tn.nspname || '.' || quote_ident(t.relname) as to
       from pg_constraint k
       join pg_class f on f.oid = k.conrelid join pg_namespace fn on fn.oid = f.relnamespace
       join pg_class t on t.oid = k.confrelid join pg_namespace tn on tn.oid = t.relnamespace
       where k.contype = 'f' and k.conrelid <> k.confrelid`,
    ),
  }));
  const left = new Set(
    tables.map(({ name }) => name).filter((name) => ![...lastTables, ...ledgerTables].includes(name)),
  );
  const ordered: string[] = [];
  while (left.size > 0) {
    const isFree = (name: string): boolean =>
      !references.some(({ from, to }) => to === name && from !== name && left.has(from));
    const free = [...left].filter(isFree);
    // A circle of references: in any order, as the keys allow it.
    const next = free.length > 0 ? free : [...left];
    for (const name of next) left.delete(name);
    ordered.push(...next);
  }
  return ordered;
}
