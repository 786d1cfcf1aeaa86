import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskHandler } from '@zaphub/kernel';
import { type TestDatabase, type TestTenant } from '@zaphub/testing';
import { AppError } from '@zaphub/types';
import { createLocalFileStore } from '../files/index.ts';
import type { FileStore } from '../routing/index.ts';
import type { TaskRequest } from '../tasks/index.ts';
import { requestTask } from '../tasks/index.ts';

/** A folder of files that the caller removes. */
export async function temporaryFiles(): Promise<{ files: FileStore; dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'zaphub-tenant-data-'));
  return { dir, files: createLocalFileStore(dir), remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Writes a task down as its owner asks for it; answers its id. */
export function ask(database: TestDatabase, tenant: TestTenant, request: TaskRequest): Promise<string> {
  const scope = { ...tenant.scope, actor: { kind: 'user', userId: tenant.ownerId } } as const;
  return database.api.tenant(scope, (tx) => requestTask(scope, tx, request));
}

/** One try of a task, as the worker's queue gives it. */
export function perform(
  handler: TaskHandler,
  task: { id: string; tenantId: string },
  options: { attempt?: number; isLast?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  return Promise.resolve(
    handler({
      id: task.id,
      context: { tenantId: task.tenantId },
      attempt: options.attempt ?? 1,
      isLast: options.isLast ?? false,
      signal: options.signal ?? new AbortController().signal,
    }),
  );
}

/** Rows with a tenant's id, by table, the empty ones left out; found in the catalogue. */
export function rowsOf(database: TestDatabase, tenantId: string): Promise<Record<string, number>> {
  return database.system.system(async (tx) => {
    const tables = await tx.rows<{ name: string; column: string }>(
      `select c.oid::regclass::text as name, a.attname as column from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
         and a.attname = case when c.relname = 'tenants' then 'id' else 'tenant_id' end
       where c.relkind in ('r', 'p') and n.nspname = 'public'`,
    );
    if (tables.length < 15) throw new AppError('internal', 'the catalogue was not read');
    const counts: Record<string, number> = {};
    for (const { name, column } of tables) {
      const { n } = await tx.one<{ n: number }>(`select count(*) as n from ${name} where ${column} = $1`, [
        tenantId,
      ]);
      if (n > 0) counts[name] = n;
    }
    return counts;
  });
}
