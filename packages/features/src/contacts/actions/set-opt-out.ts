import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { findContact, markOptOut } from '../queries.ts';
import type { ContactRow } from '../queries.ts';

/**
 * Records that a contact wants no more messages, or (without `optOut`) wants them again. Campaigns under way
 * look at it once more before each send. Doing it twice changes nothing.
 * @throws AppError `not_found`
 */
export async function setOptOut(
  deps: { db: Database },
  scope: TenantScope,
  input: { contactId: string; optOut?: { source: string } },
): Promise<ContactRow> {
  return deps.db.tenant(scope, async (tx) => {
    await markOptOut(scope, tx, input.contactId, input.optOut);
    const row = await findContact(scope, tx, input.contactId);
    if (!row) throw new AppError('not_found', 'no such contact');
    return row;
  });
}
