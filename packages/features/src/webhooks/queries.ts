import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type WebhookDeliveryState, type WebhookDisabledCause } from '@zaphub/types';

/** An endpoint with how it does. */
export interface EndpointRow {
  id: string;
  url: string;
  description: string;
  types: string[];
  enabled: boolean;
  disabled_cause: WebhookDisabledCause | null;
  disabled_at: Date | null;
  failures: number;
  failing_since: Date | null;
  last_success_at: Date | null;
  last_failure_at: Date | null;
  created_at: Date;
  waiting: number;
  failed: number;
  previous_secret_until: Date | null;
}

/** One event for one endpoint. */
export interface DeliveryRow {
  id: string;
  endpoint_id: string;
  event_id: string;
  type: string;
  state: WebhookDeliveryState;
  attempts: number;
  status: number | null;
  error_code: string | null;
  created_at: Date;
  finished_at: Date | null;
  due_at: Date;
}

/** One request that was made, or begun. */
export interface AttemptRow {
  started_at: Date;
  duration_ms: number | null;
  status: number | null;
  error_code: string | null;
  response: string | null;
}

/** Counted no further: a list says "1,000 or more". */
const mostCounted = 1000;

const countOf = (state: 'pending' | 'failed'): string =>
  `(select count(*) from (select from webhook_deliveries d where d.tenant_id = e.tenant_id and d.endpoint_id = e.id
     and d.state = '${state}' limit ${mostCounted}) n)`;

const endpointColumns = `e.id, e.url, e.description, e.types, e.enabled, e.disabled_cause, e.disabled_at, e.failures,
  e.failing_since, e.last_success_at, e.last_failure_at, e.created_at, ${countOf('pending')} as waiting,
  ${countOf('failed')} as failed,
  (select max(s.expires_at) from webhook_secrets s where s.tenant_id = e.tenant_id and s.endpoint_id = e.id
     and s.expires_at > clock_timestamp()) as previous_secret_until`;

/** All of a tenant's endpoints, the oldest first: a handful. */
export function listEndpoints(scope: TenantScope, tx: Tx): Promise<EndpointRow[]> {
  return tx.rows<EndpointRow>(
    `select ${endpointColumns} from webhook_endpoints e where e.tenant_id = $1 order by e.id`,
    [scope.tenantId],
  );
}

/** @throws AppError `not_found` */
export async function getEndpoint(scope: TenantScope, tx: Tx, endpointId: string): Promise<EndpointRow> {
  const row = await tx.maybeOne<EndpointRow>(
    `select ${endpointColumns} from webhook_endpoints e where e.tenant_id = $1 and e.id = $2`,
    [scope.tenantId, endpointId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such webhook');
  return row;
}

const deliveryColumns = `d.id, d.endpoint_id, d.event_id, v.type, d.state, d.attempts, d.status, d.error_code, d.created_at,
  d.finished_at, d.due_at`;

/** An endpoint's deliveries, the latest first, from the place before `before` (a delivery's UUID). */
export function listDeliveries(
  scope: TenantScope,
  tx: Tx,
  filter: { readonly endpointId: string; readonly state: WebhookDeliveryState | undefined },
  place: { readonly before: string | undefined; readonly take: number },
): Promise<DeliveryRow[]> {
  return tx.rows<DeliveryRow>(
    `select ${deliveryColumns} from webhook_deliveries d
     join webhook_events v on v.tenant_id = d.tenant_id and v.id = d.event_id
     where d.tenant_id = $1 and d.endpoint_id = $2 and ($3::text is null or d.state = $3)
       and ($4::uuid is null or d.id < $4)
     order by d.id desc limit $5`,
    [scope.tenantId, filter.endpointId, filter.state ?? null, place.before ?? null, place.take],
  );
}

/** A delivery with its body. @throws AppError `not_found` */
export async function getDelivery(
  scope: TenantScope,
  tx: Tx,
  deliveryId: string,
): Promise<DeliveryRow & { body: string }> {
  const row = await tx.maybeOne<DeliveryRow & { body: string }>(
    `select ${deliveryColumns}, v.body from webhook_deliveries d
     join webhook_events v on v.tenant_id = d.tenant_id and v.id = d.event_id
     where d.tenant_id = $1 and d.id = $2`,
    [scope.tenantId, deliveryId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such delivery');
  return row;
}

/** The attempts of a delivery, the first first; the latest 100. */
export async function listAttempts(scope: TenantScope, tx: Tx, deliveryId: string): Promise<AttemptRow[]> {
  const rows = await tx.rows<AttemptRow>(
    `select started_at, duration_ms, status, error_code, response from webhook_attempts
     where tenant_id = $1 and delivery_id = $2 order by fence desc limit 100`,
    [scope.tenantId, deliveryId],
  );
  return rows.toReversed();
}
