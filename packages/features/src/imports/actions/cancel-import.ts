import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { FileStore } from '../../routing/index.ts';
import { publishImport } from '../publish-import.ts';
import { cancelImport as endAsCancelled, forgetMatches, getImport } from '../queries.ts';
import type { ImportRow } from '../queries.ts';

/**
 * Ends an import: the batch on its way is undone, what was applied before stays. Cancelling twice is once.
 *
 * @throws AppError `not_found`, `import_state` when it has ended by itself
 */
export async function cancelImport(
  deps: { db: Database; files: FileStore },
  scope: TenantScope,
  importId: string,
): Promise<ImportRow> {
  const cancelled = await deps.db.tenant(scope, async (tx) => {
    const row = await endAsCancelled(scope, tx, importId);
    if (row === undefined) {
      const found = await getImport(scope, tx, importId);
      if (found.status === 'cancelled') return found;
      throw new AppError('import_state', `the import is ${found.status}`, {
        details: { status: found.status },
      });
    }
    await forgetMatches(scope, tx, importId);
    await publishImport(scope, tx, row);
    return row;
  });
  await deps.files.remove(cancelled.file_key);
  return cancelled;
}
