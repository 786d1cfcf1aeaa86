import { z } from 'zod';
import { messageState } from './campaigns.ts';
import { publicId } from './ids.ts';
import { pageQuery } from './pagination.ts';

const instant = z.iso.datetime();
const code = z.string().min(1).max(200);

/** Messages that came to nothing for the same reason, in one campaign, over one connection. */
export const deadLetterCause = z.object({
  campaign_id: publicId('campaign'),
  campaign_name: z.string(),
  /** They were sent one by one; the campaign is only where they are kept. */
  is_direct: z.boolean(),
  connection_id: publicId('connection'),
  connection_name: z.string(),
  code: z.string(),
  /** What kind of trouble it is, which is what can be done about it: `recipient`, `message`, `sender`, … */
  class: z.string(),
  /** The network's own numbers for it, five at most. */
  provider_codes: z.array(z.number().int()),
  count: z.number().int(),
  first_at: instant,
  last_at: instant,
});
export type DeadLetterCause = z.infer<typeof deadLetterCause>;

/** `GET /dead-letters`: the causes, the latest first, 200 at most. */
export const deadLetterCauses = z.object({
  data: z.array(deadLetterCause),
  has_more: z.boolean(),
  /** Messages in the causes that are shown. */
  total: z.number().int(),
});
export type DeadLetterCauses = z.infer<typeof deadLetterCauses>;

/** Why a message is not sent again, whoever asks for it. */
export const redriveObstacle = z.enum([
  'opted_out',
  'contact_deleted',
  'no_phone',
  'campaign_over',
  'already_accepted',
  'not_failed',
]);
export type RedriveObstacle = z.infer<typeof redriveObstacle>;

/** One message that came to nothing. */
export const deadLetter = z.object({
  message_id: publicId('message'),
  campaign_id: publicId('campaign'),
  connection_id: publicId('connection'),
  contact_id: publicId('contact'),
  contact_name: z.string().nullable(),
  recipient: z.string().nullable(),
  state: messageState,
  code: z.string(),
  class: z.string(),
  provider_code: z.number().int().nullable(),
  /** Times it was handed to the network. */
  requests: z.number().int(),
  died_at: instant,
  discarded_at: instant.nullable(),
  /** Null when it may be sent again. */
  obstacle: redriveObstacle.nullable(),
});
export type DeadLetter = z.infer<typeof deadLetter>;

/** `GET /dead-letters/:message_id`: one of them, with each try that was not a plain success, the first first. */
export const deadLetterDetail = deadLetter.extend({
  tries: z.array(
    z.object({
      at: instant,
      outcome: z.string(),
      code: z.string().nullable(),
      class: z.string().nullable(),
      provider_code: z.number().int().nullable(),
      http_status: z.number().int().nullable(),
      trace_id: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
});
export type DeadLetterDetail = z.infer<typeof deadLetterDetail>;

/** `GET /dead-letters/messages`. */
export const deadLetterQuery = pageQuery.extend({
  campaign_id: publicId('campaign').optional(),
  connection_id: publicId('connection').optional(),
  code: code.optional(),
});
export type DeadLetterQuery = z.infer<typeof deadLetterQuery>;

/** Which messages are meant: these, or all of one cause. */
export const deadLetterSelection = z.union([
  z.strictObject({ message_ids: z.array(publicId('message')).min(1).max(1000) }),
  z.strictObject({
    cause: z.strictObject({
      campaign_id: publicId('campaign'),
      connection_id: publicId('connection'),
      code,
    }),
  }),
]);
export type DeadLetterSelection = z.infer<typeof deadLetterSelection>;

/** `POST /dead-letters/redrive`. */
export const redriveResult = z.object({
  /** Back in the queue. */
  redriven: z.number().int(),
  /** How many were left as they are, by why. */
  left: z.partialRecord(redriveObstacle, z.number().int()),
});
export type RedriveResult = z.infer<typeof redriveResult>;

/** `POST /dead-letters/discard`. */
export const discardResult = z.object({ discarded: z.number().int() });
export type DiscardResult = z.infer<typeof discardResult>;

/** `PATCH /dead-letters/:message_id`: the number as a person writes it. */
export const deadLetterPatch = z.strictObject({
  phone: z
    .string()
    .min(3)
    .max(40)
    .meta({ examples: ['+5511987654321'] }),
});
export type DeadLetterPatch = z.infer<typeof deadLetterPatch>;
