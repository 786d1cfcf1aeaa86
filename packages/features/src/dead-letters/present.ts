import { type DeadLetter, type DeadLetterCause, type DeadLetterDetail, toPublicId } from '@zaphub/types';
import type { CauseRow, DeadLetterRow, TryRow } from './queries.ts';

/** A cause as the API shows it. */
export function presentCause(row: CauseRow): DeadLetterCause {
  return {
    ...row,
    campaign_id: toPublicId('campaign', row.campaign_id),
    connection_id: toPublicId('connection', row.connection_id),
    first_at: row.first_at.toISOString(),
    last_at: row.last_at.toISOString(),
  };
}

/** A message that failed as the API shows it. */
export function presentDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    ...row,
    message_id: toPublicId('message', row.message_id),
    campaign_id: toPublicId('campaign', row.campaign_id),
    connection_id: toPublicId('connection', row.connection_id),
    contact_id: toPublicId('contact', row.contact_id),
    died_at: row.died_at.toISOString(),
    discarded_at: row.discarded_at?.toISOString() ?? null,
  };
}

/** The same with its tries. */
export function presentDetail(row: DeadLetterRow, tries: readonly TryRow[]): DeadLetterDetail {
  return {
    ...presentDeadLetter(row),
    tries: tries.map(({ created_at: at, ...rest }) => ({ at: at.toISOString(), ...rest })),
  };
}
