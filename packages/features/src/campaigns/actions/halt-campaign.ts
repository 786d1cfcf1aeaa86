import type { TenantScope, Tx } from '@zaphub/db';
import { publishCampaign } from '../publish-campaign.ts';

/**
 * Pauses a campaign that cannot go on until somebody mends something, and keeps why: what its network said of its
 * template, say. Whoever resumes it forgets the reason. Nothing happens to one that is not being sent.
 * @returns whether it was halted
 */
export async function haltCampaign(
  tx: Tx,
  scope: TenantScope,
  campaignId: string,
  { code, detail }: { readonly code: string; readonly detail?: string },
): Promise<boolean> {
  const halted = await tx.run(
    `update campaigns set status = 'paused', resume_status = status, error_code = $3, error_detail = $4
     where tenant_id = $1 and id = $2 and status = 'running' and kind = 'campaign'`,
    [scope.tenantId, campaignId, code, detail ?? null],
  );
  if (halted === 0) return false;
  await publishCampaign(scope, tx, campaignId);
  return true;
}
