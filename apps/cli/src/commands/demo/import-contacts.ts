import { readFile } from 'node:fs/promises';
import type { Database, TenantScope } from '@zaphub/db';
import type { ProgressBar } from './progress-bar.ts';
export async function importContacts(
  db: Database,
  scope: TenantScope,
  options: { path: string; filesDir: string; country: string; bar: ProgressBar; signal: AbortSignal },
): Promise<{ contacts: number; invalid: number }> {
  const lines = (await readFile(options.path, 'utf8'))
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((l) => l.split(','));
  const n = await db.tenant(scope, (tx) =>
    tx.run(
      `insert into contacts (tenant_id, name, phone) select $1, n, p from unnest($2::text[], $3::text[]) as t(n,p) on conflict do nothing`,
      [scope.tenantId, lines.map((l) => l[0]), lines.map((l) => l[1])],
    ),
  );
  return { contacts: n, invalid: 0 };
}
