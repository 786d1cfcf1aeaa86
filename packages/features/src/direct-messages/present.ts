import { messageContent, toPublicId } from '@zaphub/types';
import type { DirectMessage, MessageDetail } from '@zaphub/types';
import type { AttemptRow, MessageRow } from './queries.ts';

/** A direct message as the api lists it. */
export function presentDirectMessage(row: MessageRow): DirectMessage {
  const content = messageContent.safeParse(row.content);
  return {
    id: toPublicId('message', row.id),
    connection_id: toPublicId('connection', row.connection_id),
    contact_id: toPublicId('contact', row.contact_id),
    contact_name: row.contact_name,
    recipient: row.recipient,
    state: row.state,
    attempts: row.attempts,
    reason: row.reason,
    content: content.success ? content.data : null,
    is_test: row.is_test,
    created_at: row.created_at.toISOString(),
    sent_at: row.sent_at?.toISOString() ?? null,
    delivered_at: row.delivered_at?.toISOString() ?? null,
    read_at: row.read_at?.toISOString() ?? null,
  };
}

/** One message with its trace. */
export function presentMessageDetail(row: MessageRow, attempts: readonly AttemptRow[]): MessageDetail {
  return {
    ...presentDirectMessage(row),
    campaign_id: row.direct ? null : toPublicId('campaign', row.campaign_id),
    provider_message_id: row.provider_message_id,
    requests: row.requests,
    lost_outcomes: row.lost_outcomes,
    marked_at: row.marked_at?.toISOString() ?? null,
    trace: attempts.map((attempt) => ({
      at: attempt.created_at.toISOString(),
      outcome: attempt.outcome,
      code: attempt.code,
      detail: attempt.detail,
    })),
  };
}
