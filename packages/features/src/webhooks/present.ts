import { toPublicId, type Webhook, type WebhookDelivery, type WebhookDeliveryDetail } from '@zaphub/types';
import type { AttemptRow, DeliveryRow, EndpointRow } from './queries.ts';

/** An endpoint as the API shows it. */
export function presentEndpoint(row: EndpointRow): Webhook {
  return {
    ...row,
    id: toPublicId('webhook', row.id),
    disabled_at: row.disabled_at?.toISOString() ?? null,
    failing_since: row.failing_since?.toISOString() ?? null,
    last_success_at: row.last_success_at?.toISOString() ?? null,
    last_failure_at: row.last_failure_at?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    previous_secret_until: row.previous_secret_until?.toISOString() ?? null,
  };
}

/** A delivery as the API shows it. */
export function presentDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: toPublicId('webhook_delivery', row.id),
    webhook_id: toPublicId('webhook', row.endpoint_id),
    event_id: toPublicId('webhook_event', row.event_id),
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    status: row.status,
    error_code: row.error_code,
    created_at: row.created_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
    next_attempt_at: row.state === 'pending' ? row.due_at.toISOString() : null,
  };
}

/** The same with what was sent and every attempt. */
export function presentDeliveryDetail(
  row: DeliveryRow & { readonly body: string },
  attempts: readonly AttemptRow[],
): WebhookDeliveryDetail {
  return {
    ...presentDelivery(row),
    body: row.body,
    log: attempts.map(({ started_at: at, ...rest }) => ({ at: at.toISOString(), ...rest })),
  };
}
