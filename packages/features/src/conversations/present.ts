import { toPublicId } from '@zaphub/types';
import type { Conversation, ConversationMessage } from '@zaphub/types';
import type { ConversationMessageRow, ConversationRow } from './queries.ts';

/** A conversation as the api shows it. */
export function presentConversation(row: ConversationRow): Conversation {
  return {
    id: toPublicId('conversation', row.id),
    connection_id: toPublicId('connection', row.connection_id),
    contact: {
      id: toPublicId('contact', row.contact_id),
      name: row.contact_name,
      phone: row.contact_phone,
      opted_out_at: row.opted_out_at?.toISOString() ?? null,
    },
    unread: row.unread,
    last_message: {
      direction: row.last_direction,
      kind: row.last_kind,
      text: row.last_text,
      at: row.last_at.toISOString(),
    },
    last_inbound_at: row.last_inbound_at?.toISOString() ?? null,
    answer_until: row.answer_until?.toISOString() ?? null,
  };
}

/** One message of a conversation as the api shows it. */
export function presentConversationMessage(row: ConversationMessageRow): ConversationMessage {
  const isOurs = row.direction === 'out';
  return {
    id: toPublicId('conversation_message', row.id),
    direction: row.direction,
    kind: row.kind,
    content: row.content,
    at: row.occurred_at.toISOString(),
    campaign_id: row.campaign_id === null ? null : toPublicId('campaign', row.campaign_id),
    message_id: row.message_id === null ? null : toPublicId('message', row.message_id),
    is_inferred: row.is_inferred,
    state: isOurs ? row.state : null,
    reason: isOurs ? row.reason : null,
  };
}
