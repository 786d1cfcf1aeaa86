import type { Database, TenantScope } from '@zaphub/db';
import { AppError, type Task } from '@zaphub/types';
import { getTask, presentTask, requestTask } from '../../tasks/index.ts';

/** Tried for about a quarter of an hour: the database or the disk may be away for a while. */
const retries = 10;

/**
 * Begins to delete a tenant for good, if `name` is the tenant's own, letter by letter. From now on its members may
 * only look.
 *
 * @throws AppError `name_mismatch`; `conflict` when that has begun already
 */
export function requestDeletion(
  deps: { readonly db: Database },
  scope: TenantScope,
  name: string,
): Promise<Task> {
  return deps.db.tenant(scope, async (tx) => {
    const tenant = await tx.maybeOne<{ name: string }>('select name from tenants where id = $1 for update', [
      scope.tenantId,
    ]);
    if (!tenant) throw new AppError('not_found', 'no such tenant');
    if (tenant.name !== name) throw new AppError('name_mismatch', 'the name is not the tenant’s');
    const id = await requestTask(scope, tx, { name: 'tenant.delete', priority: 'high', retries });
    await tx.run('update tenants set deleting_at = coalesce(deleting_at, clock_timestamp()) where id = $1', [
      scope.tenantId,
    ]);
    return presentTask(await getTask(scope, tx, id));
  });
}
