import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { optIn, optOut } from '../../opt-outs/index.ts';
import { findContact } from '../queries.ts';
import type { ContactRow } from '../queries.ts';

/**
 * Records that a contact wants no more messages, or wants them again, with the proof that somebody said so here.
 * Campaigns under way look at it once more before each send.
 * @throws AppError `not_found`
 */
export async function setOptOut(
  deps: { db: Database },
  scope: TenantScope,
  input: {
    readonly contactId: string;
    readonly action: 'opt_out' | 'opt_in';
    readonly source: string;
    /** What was said, and where. */
    readonly evidence?: string | undefined;
  },
): Promise<ContactRow> {
  const { contactId, action, source, evidence } = input;
  return deps.db.tenant(scope, async (tx) => {
    const record = action === 'opt_out' ? optOut : optIn;
    await record(tx, scope, { contactIds: [contactId], source, evidence });
    const row = await findContact(scope, tx, contactId);
    if (!row) throw new AppError('not_found', 'no such contact');
    return row;
  });
}
