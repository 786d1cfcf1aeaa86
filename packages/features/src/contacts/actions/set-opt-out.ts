import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { optIn, optOut } from '../../opt-outs/index.ts';
import { findContact } from '../queries.ts';
import type { ContactRow } from '../queries.ts';

/**
 * Records that a contact wants no more messages, or (without `optOut`) wants them again, with the proof that somebody
 * said so here. Campaigns under way look at it once more before each send.
 * @throws AppError `not_found`
 */
export async function setOptOut(
  deps: { db: Database },
  scope: TenantScope,
  input: { contactId: string; optOut?: { source: string; evidence?: string | undefined } },
): Promise<ContactRow> {
  return deps.db.tenant(scope, async (tx) => {
    const said = { contactIds: [input.contactId], source: input.optOut?.source ?? 'manual' };
    if (input.optOut === undefined) await optIn(tx, scope, said);
    else await optOut(tx, scope, { ...said, evidence: input.optOut.evidence });
    const row = await findContact(scope, tx, input.contactId);
    if (!row) throw new AppError('not_found', 'no such contact');
    return row;
  });
}
