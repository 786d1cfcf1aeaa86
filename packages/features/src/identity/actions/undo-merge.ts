import type { Database, TenantScope } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { undoPair } from '../merge/undo-pair.ts';
import { findMerge, type MergeListRow } from '../queries.ts';

/**
 * Takes a merge back.
 * @throws AppError `not_found`, `conflict`
 */
export async function undoMerge(
  deps: { db: Database },
  scope: TenantScope,
  mergeId: string,
): Promise<MergeListRow> {
  return deps.db.tenant(scope, async (tx) => {
    const merge = await undoPair(tx, scope, mergeId);
    await audit(tx, scope, {
      action: 'contacts.undo_merge',
      subject: toPublicId('contact', merge.kept_id),
      details: { merge: toPublicId('merge', mergeId), merged: toPublicId('contact', merge.merged_id) },
    });
    return findMerge(scope, tx, mergeId);
  });
}
