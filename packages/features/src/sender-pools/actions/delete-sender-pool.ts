import type { Database, TenantScope } from '@zaphub/db';
import { AppError, toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { getSenderPool } from '../queries.ts';

/**
 * Takes a pool away; its numbers stay. Refused while a campaign that has not ended is sent by it.
 * @throws AppError `not_found`, `conflict`
 */
export async function deleteSenderPool(
  deps: { readonly db: Database },
  scope: TenantScope,
  poolId: string,
): Promise<void> {
  await deps.db.tenant(scope, async (tx) => {
    await getSenderPool(scope, tx, poolId);
    const used = await tx.run(
      `select from campaigns where tenant_id = $1 and pool_id = $2
         and status in ('draft', 'scheduled', 'preparing', 'running', 'paused') limit 1`,
      [scope.tenantId, poolId],
    );
    if (used > 0) {
      throw new AppError('conflict', 'campaigns are sent by this pool', {
        publicMessage: {
          en: 'Campaigns still use this pool. Wait until they have ended, or cancel them.',
          'pt-BR': 'Campanhas ainda usam este grupo. Espere que terminem, ou cancele-as.',
        },
      });
    }
    await tx.run('update sender_pools set deleted_at = clock_timestamp() where tenant_id = $1 and id = $2', [
      scope.tenantId,
      poolId,
    ]);
    await audit(tx, scope, { action: 'sender_pools.delete', subject: toPublicId('sender_pool', poolId) });
  });
}
