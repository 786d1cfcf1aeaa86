import { z } from 'zod';

/* Shapes of Meta's pages. Fields that Meta adds are ignored; a missing or wrong one makes the part an unknown one. */

/** Seconds since 1970, as a text or a number. */
const timestamp = z
  .union([
    z
      .string()
      .regex(/^\d{1,12}$/)
      .transform(Number),
    z.number().int().nonnegative().max(999_999_999_999),
  ])
  .transform((seconds) => new Date(seconds * 1_000));

const digits = /^\d{5,20}$/;
/** `wa_id` and `from` are digits without a plus sign; anything else is no number. */
const phone = z
  .string()
  .transform((text) => (digits.test(text) ? `+${text}` : undefined))
  .optional()
  .catch(undefined);
const id = z.string().min(1).optional().catch(undefined);

export const envelope = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(z.unknown()),
});
export const entry = z.object({
  id: z.string(),
  time: timestamp.optional().catch(undefined),
  changes: z.array(z.unknown()),
});
export const change = z.object({ field: z.string(), value: z.looseObject({}) });
export const list = z.array(z.unknown());
export const metadata = z.object({ phone_number_id: z.string().min(1) });

export const contact = z.object({
  wa_id: phone,
  user_id: id,
  parent_user_id: id,
  profile: z.object({ name: id, username: id }).optional().catch(undefined),
});

export const status = z.object({
  id: z.string().min(1),
  status: z.enum(['sent', 'delivered', 'read', 'played', 'failed']),
  timestamp,
  recipient_id: phone,
  recipient_user_id: id,
  recipient_parent_user_id: id,
  biz_opaque_callback_data: z.string().optional().catch(undefined),
  errors: z
    .array(
      z.object({
        code: z.int(),
        title: z.string().optional(),
        error_data: z.object({ details: z.string().optional() }).optional().catch(undefined),
      }),
    )
    .optional(),
});

export const message = z.object({
  id: z.string().min(1),
  timestamp,
  type: z.string().min(1),
  from: phone,
  from_user_id: id,
  from_parent_user_id: id,
  group_id: id,
  context: z.object({ id }).optional().catch(undefined),
});

export const preference = z.object({
  wa_id: phone,
  user_id: id,
  parent_user_id: id,
  category: z.literal('marketing_messages'),
  value: z.enum(['stop', 'resume']),
  timestamp,
});

export const templateChange = z.object({
  message_template_id: z.union([z.string(), z.number()]).transform(String),
  message_template_name: z.string(),
  message_template_language: z.string(),
  event: z.string().optional(),
  new_category: z.string().optional(),
  new_quality_score: z.string().optional(),
});

export const accountChange = z.looseObject({ event: z.string().optional().catch(undefined) });
