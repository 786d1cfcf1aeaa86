import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { CampaignRow } from '../queries.ts';

/**
 * Makes sure that a campaign's number was not deleted while it was a draft, and is not until this transaction ends;
 * the numbers of a pool stand in for each other.
 * @throws AppError `connection_state`
 */
export async function assertHasNumber(
  scope: TenantScope,
  tx: Tx,
  campaign: Pick<CampaignRow, 'connection_id' | 'pool_id'>,
): Promise<void> {
  if (campaign.pool_id !== null) return;
  const number = await tx.maybeOne(
    'select from connections where tenant_id = $1 and id = $2 and deleted_at is null for key share',
    [scope.tenantId, campaign.connection_id],
  );
  if (number !== undefined) return;
  throw new AppError('connection_state', 'the number of the campaign was deleted', {
    publicMessage: {
      en: 'The number of this campaign was deleted. The draft is kept; create a campaign with another number.',
      'pt-BR':
        'O número desta campanha foi excluído. O rascunho continua salvo; crie uma campanha com outro número.',
    },
  });
}
