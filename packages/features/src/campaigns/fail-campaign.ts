import type { TenantScope, Tx } from '@zaphub/db';
import type { ErrorCode } from '@zaphub/types';

/** Ends a locked campaign that cannot be sent, with the reason. */
export async function failCampaign(
  scope: TenantScope,
  tx: Tx,
  campaignId: string,
  code: ErrorCode,
): Promise<void> {
  await tx.run(
    `update campaigns set status = 'failed', error_code = $3, finished_at = clock_timestamp()
     where tenant_id = $1 and id = $2`,
    [scope.tenantId, campaignId, code],
  );
}
