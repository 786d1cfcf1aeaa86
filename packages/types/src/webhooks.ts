import { z } from 'zod';
import { publicId } from './ids.ts';
import { pageQuery } from './pagination.ts';

const instant = z.iso.datetime();

/** What a tenant's own system can ask to be told of. */
export const webhookEventType = z.enum([
  'message.received',
  'message.sent',
  'message.delivered',
  'message.read',
  'message.failed',
  'campaign.started',
  'campaign.paused',
  'campaign.completed',
  'campaign.cancelled',
  'campaign.failed',
  'connection.state',
  'contact.opted_out',
]);
export type WebhookEventType = z.infer<typeof webhookEventType>;

const url = z
  .string()
  .min(8)
  .max(2000)
  .meta({ examples: ['https://example.com/zaphub'] });
const description = z.string().max(200);
const types = z.array(webhookEventType).min(1).max(webhookEventType.options.length);

/** `POST /webhooks`. */
export const webhookInput = z.strictObject({ url, description: description.default(''), types });
export type WebhookInput = z.infer<typeof webhookInput>;

/** `PATCH /webhooks/:webhook_id`. */
export const webhookPatch = z.strictObject({
  url: url.optional(),
  description: description.optional(),
  types: types.optional(),
  enabled: z.boolean().optional(),
});
export type WebhookPatch = z.infer<typeof webhookPatch>;

/** Why an endpoint is told nothing: somebody said so, it answered 410, or it did nothing but fail for too long. */
export const webhookDisabledCause = z.enum(['user', 'gone', 'failing']);
export type WebhookDisabledCause = z.infer<typeof webhookDisabledCause>;

/** An address of the tenant's own system, and how it does. */
export const webhook = z.object({
  id: publicId('webhook'),
  url: z.string(),
  description: z.string(),
  types: z.array(z.string()),
  enabled: z.boolean(),
  disabled_cause: webhookDisabledCause.nullable(),
  disabled_at: instant.nullable(),
  /** Failed attempts in a row, and since when. */
  failures: z.number().int(),
  failing_since: instant.nullable(),
  last_success_at: instant.nullable(),
  last_failure_at: instant.nullable(),
  /** Events that wait to be delivered, and those that were given up in the last days; counted up to 1,000. */
  waiting: z.number().int(),
  failed: z.number().int(),
  created_at: instant,
  /** Until when the secret from before the last change signs, too. */
  previous_secret_until: instant.nullable(),
});
export type Webhook = z.infer<typeof webhook>;

/** `POST /webhooks`, `POST /webhooks/:webhook_id/rotate-secret`: with the secret, which is never told again. */
export const webhookWithSecret = webhook.extend({
  /** `whsec_` and base64; null when the same request is repeated. */
  secret: z.string().nullable(),
});
export type WebhookWithSecret = z.infer<typeof webhookWithSecret>;

export const webhookDeliveryState = z.enum(['pending', 'delivered', 'failed']);
export type WebhookDeliveryState = z.infer<typeof webhookDeliveryState>;

/** One event for one endpoint. */
export const webhookDelivery = z.object({
  id: publicId('webhook_delivery'),
  webhook_id: publicId('webhook'),
  /** The `webhook-id` that the receiver sees: the same at every attempt. */
  event_id: publicId('webhook_event'),
  type: z.string(),
  state: webhookDeliveryState,
  attempts: z.number().int(),
  /** Of the last attempt. */
  status: z.number().int().nullable(),
  error_code: z.string().nullable(),
  created_at: instant,
  finished_at: instant.nullable(),
  /** When it is tried next; null once it is over. */
  next_attempt_at: instant.nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

/** `GET /webhook-deliveries/:delivery_id`: with what was sent and every attempt, the first first. */
export const webhookDeliveryDetail = webhookDelivery.extend({
  body: z.string(),
  log: z.array(
    z.object({
      at: instant,
      /** Null while it is under way, or when it was cut off with its process. */
      duration_ms: z.number().int().nullable(),
      status: z.number().int().nullable(),
      error_code: z.string().nullable(),
      /** The first bytes of the answer. */
      response: z.string().nullable(),
    }),
  ),
});
export type WebhookDeliveryDetail = z.infer<typeof webhookDeliveryDetail>;

/** `GET /webhooks/:webhook_id/deliveries`, the latest first. */
export const webhookDeliveryQuery = pageQuery.extend({ state: webhookDeliveryState.optional() });

/** `POST /webhooks/:webhook_id/recover`: everything that was given up since then. */
export const webhookRecovery = z.strictObject({ since: instant });
export type WebhookRecovery = z.infer<typeof webhookRecovery>;

/** Its answer: how many deliveries wait again. */
export const webhookRecovered = z.object({ recovered: z.number().int() });
export type WebhookRecovered = z.infer<typeof webhookRecovered>;
