import type { TenantScope, Tx } from '@zaphub/db';
import { publish } from '../events/index.ts';
import { presentProgress } from './present.ts';
import type { ImportRow } from './queries.ts';

/** Tells everybody who watches the import how it stands, once this transaction has committed. Last in it. */
export async function publishImport(scope: TenantScope, tx: Tx, row: ImportRow): Promise<void> {
  await publish(tx, scope, `import:${row.id}`, { type: 'import.changed', data: presentProgress(row) });
}
