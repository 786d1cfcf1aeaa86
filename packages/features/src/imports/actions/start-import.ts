import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { ImportMapping } from '@zaphub/types';
import { enqueue } from '../../outbox/index.ts';
import { checkMapping } from '../mapping/check-mapping.ts';
import { checkCountry } from '../../phones/index.ts';
import { publishImport } from '../publish-import.ts';
import { getImport, queueImport } from '../queries.ts';
import type { ImportRow } from '../queries.ts';

/**
 * Queues an uploaded file for import under this mapping. Starting again what is queued or running changes nothing.
 *
 * @throws AppError `not_found`, `mapping_invalid`, `import_state` when it is over
 */
export async function startImport(
  deps: { db: Database },
  scope: TenantScope,
  importId: string,
  input: ImportMapping,
): Promise<ImportRow> {
  return deps.db.tenant(scope, async (tx) => {
    const found = await getImport(scope, tx, importId);
    if (found.status === 'queued' || found.status === 'running') return found;
    if (found.status !== 'uploaded') throw importState(found);
    checkMapping(input.mapping, found.detected.columns.length);
    checkCountry(input.country);
    const queued = await queueImport(scope, tx, importId, input.mapping, {
      tags: [...new Set(input.tags)],
      ...(input.country === undefined ? {} : { country: input.country }),
      ...(input.consent_source === undefined ? {} : { consent_source: input.consent_source }),
    });
    if (queued === undefined) {
      // Somebody was faster: they started it, or cancelled it.
      const now = await getImport(scope, tx, importId);
      if (now.status === 'queued' || now.status === 'running') return now;
      throw importState(now);
    }
    await enqueue(tx, scope, 'import.run', { tenantId: scope.tenantId, importId });
    await publishImport(scope, tx, queued);
    return queued;
  });
}

function importState({ status }: ImportRow): AppError {
  return new AppError('import_state', `the import is ${status}`, { details: { status } });
}
