import { z } from 'zod';
import { message } from './campaigns.ts';
import { publicId } from './ids.ts';
import { messageContent } from './message-content.ts';

/** `POST /connections/:id/send`: one message to one person. */
export const directMessageInput = z.strictObject({
  /** A contact's id, or a number: E.164, or as it is written in the tenant's country. */
  to: z.union([publicId('contact'), z.string().min(3).max(40)]),
  content: messageContent,
  /** The network's id of the message that this one answers. */
  reply_to: z.string().min(1).max(512).optional(),
});
export type DirectMessageInput = z.infer<typeof directMessageInput>;

/** `POST /campaigns/:id/test`: who is to see what the campaign says. */
export const testSendInput = directMessageInput.pick({ to: true });

/** A message was taken over: it is in the ledger and will be sent. */
export const acceptedMessage = z.object({ id: publicId('message'), state: message.shape.state });
export type AcceptedMessage = z.infer<typeof acceptedMessage>;

/** A message that was sent by itself, not by a campaign. */
export const directMessage = message.extend({
  connection_id: publicId('connection'),
  content: messageContent.nullable(),
  is_test: z.boolean(),
  created_at: z.iso.datetime(),
});
export type DirectMessage = z.infer<typeof directMessage>;

/** `GET /messages/:id`: one message with what became of each try that was not a plain success. */
export const messageDetail = directMessage.extend({
  /** Null for a message that no campaign sent. */
  campaign_id: publicId('campaign').nullable(),
  provider_message_id: z.string().nullable(),
  /** Times it was handed to the network. */
  requests: z.number().int(),
  /** Times that an answer was lost: each may stand for one message that arrived. */
  lost_outcomes: z.number().int(),
  marked_at: z.iso.datetime().nullable(),
  trace: z.array(
    z.object({
      at: z.iso.datetime(),
      outcome: z.string(),
      code: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
});
export type MessageDetail = z.infer<typeof messageDetail>;
