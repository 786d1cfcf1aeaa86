import type { TaskHandler } from '@zaphub/kernel';
import { AppError } from '@zaphub/types';
import { recount } from '../../messages/index.ts';
import { trackTask, type TrackDeps } from './track-task.ts';

/** Counts the recipients of the campaign that is the task's subject again, and heals its counters. */
export function createRecountHandler(deps: TrackDeps): TaskHandler {
  return trackTask(deps, async ({ tenantId, context }) => {
    const { campaignId } = context;
    const hadDrifted = await deps.db.system(async (tx) => {
      const campaign = await tx.maybeOne('select from campaigns where tenant_id = $1 and id = $2', [
        tenantId,
        campaignId,
      ]);
      if (!campaign || typeof campaignId !== 'string') throw new AppError('not_found', 'no such campaign');
      return recount(tx, campaignId);
    });
    return { result: { corrected: hadDrifted } };
  });
}
