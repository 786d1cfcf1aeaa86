import type { Database, TenantScope } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { mergePair } from '../merge/merge-pair.ts';
import { findMerge, type MergeListRow } from '../queries.ts';

/**
 * Makes one contact part of another, in the words of the person who says that they are one.
 * @throws AppError `not_found`, `conflict`
 */
export async function mergeContacts(
  deps: { db: Database },
  scope: TenantScope,
  input: { keptId: string; mergedId: string },
): Promise<MergeListRow> {
  return deps.db.tenant(scope, async (tx) => {
    const id = await mergePair(tx, scope, { ...input, cause: 'manual' });
    await audit(tx, scope, {
      action: 'contacts.merge',
      subject: toPublicId('contact', input.keptId),
      details: { merge: toPublicId('merge', id), merged: toPublicId('contact', input.mergedId) },
    });
    return findMerge(scope, tx, id);
  });
}
