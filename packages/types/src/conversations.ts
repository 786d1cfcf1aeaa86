import { z } from 'zod';
import { message } from './campaigns.ts';
import { publicId } from './ids.ts';
import { messageContent } from './message-content.ts';
import { pageQuery } from './pagination.ts';

const direction = z.enum(['in', 'out']);

/** What one contact and one connection write to each other. */
export const conversation = z.object({
  id: publicId('conversation'),
  connection_id: publicId('connection'),
  contact: z.object({
    id: publicId('contact'),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    opted_out_at: z.iso.datetime().nullable(),
  }),
  /** Messages that nobody has read here. */
  unread: z.number().int(),
  /** `kind`: text, media, button, choice, reaction, location, other, or what was sent. */
  last_message: z.object({
    direction,
    kind: z.string(),
    text: z.string().nullable(),
    at: z.iso.datetime(),
  }),
  last_inbound_at: z.iso.datetime().nullable(),
  /**
   * Of somebody who has opted out and has written since: until when they may be answered. Null when they may not, and
   * for everybody else, who may be answered at any time.
   */
  answer_until: z.iso.datetime().nullable(),
});
export type Conversation = z.infer<typeof conversation>;

/** `GET /conversations`: the newest message first. */
export const conversationListQuery = pageQuery.extend({
  unread: z.enum(['true', 'false']).optional(),
});
export type ConversationListQuery = z.infer<typeof conversationListQuery>;

/** `GET /contacts/:id/conversations`: those of one contact, one for each connection. */
export const contactConversations = z.object({ data: z.array(conversation) });

/** One message of a conversation. */
export const conversationMessage = z.object({
  id: publicId('conversation_message'),
  direction,
  kind: z.string(),
  /** As the transport understood it: `text`, or the words, file, choice, place or reaction of its kind. */
  content: z.record(z.string(), z.unknown()),
  at: z.iso.datetime(),
  /** The campaign that an inbound message answers; `is_inferred`: the last one before it, nobody said so. */
  campaign_id: publicId('campaign').nullable(),
  is_inferred: z.boolean(),
  /** Of an inbound message, the one it answers; of an outbound one, itself: `GET /messages/:id`. */
  message_id: publicId('message').nullable(),
  /** How an outbound message stands, and why. */
  state: message.shape.state.nullable(),
  reason: z.string().nullable(),
});
export type ConversationMessage = z.infer<typeof conversationMessage>;

/** `POST /conversations/:id/reply`. */
export const conversationReply = z.strictObject({
  content: messageContent,
  /** The message that is quoted; none unless given. */
  answers: publicId('conversation_message').optional(),
});
export type ConversationReply = z.infer<typeof conversationReply>;
