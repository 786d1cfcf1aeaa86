import { z } from 'zod';
import { publicId } from './ids.ts';

/** Numbers that send a campaign together. */
export const senderPool = z.object({
  id: publicId('sender_pool'),
  name: z.string(),
  /** A contact is written to by the number that last wrote to them, as long as it can send. */
  sticky: z.boolean(),
  /** So long after a number has stopped, the others take over what waits for it. */
  failover_after_seconds: z.number().int(),
  members: z.array(
    z.object({
      connection_id: publicId('connection'),
      weight: z.number().int(),
      /** Since when it cannot send; null while it can. */
      stopped_at: z.iso.datetime().nullable(),
    }),
  ),
  created_at: z.iso.datetime(),
});
export type SenderPool = z.infer<typeof senderPool>;

/** `POST /sender-pools`, `PUT /sender-pools/:id`. A number with twice the weight of another sends twice as many. */
export const senderPoolInput = z.strictObject({
  name: z.string().trim().min(1).max(120),
  sticky: z.boolean().default(true),
  failover_after_seconds: z.int().min(0).max(604_800).default(60),
  members: z
    .array(
      z.strictObject({ connection_id: publicId('connection'), weight: z.int().min(1).max(100).default(1) }),
    )
    .min(1)
    .max(100)
    .refine(
      (members) => new Set(members.map((each) => each.connection_id)).size === members.length,
      'a number twice',
    ),
});
export type SenderPoolInput = z.infer<typeof senderPoolInput>;
