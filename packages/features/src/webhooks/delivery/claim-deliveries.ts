import type { TenantScope, Tx } from '@zaphub/db';
import type { Secret } from '@zaphub/providers';
import type { KeyRing } from '../../credentials/index.ts';
import { readSecrets } from '../secrets.ts';

/** An attempt that is this worker's to make, and whose outcome only it may write down. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly fence: number;
  /** Attempts of this round before this one. */
  readonly attempts: number;
  readonly isTest: boolean;
  readonly type: string;
  readonly connectionId: string | null;
  readonly body: string;
}

/** What is to be delivered where, and what signs it. */
export interface ClaimedBatch {
  readonly url: string;
  readonly secrets: readonly Secret[];
  readonly deliveries: readonly ClaimedDelivery[];
}

/** Requests to one endpoint at once, while it does well; one that fails gets one at a time. */
const mostAtOnce = 4;

/*
 * Invariants: a delivery is held by one worker at a time, by the database's clock; each claim raises the fence, which every
 * later change demands; the attempt is written down before its first byte leaves. An endpoint that rests or is switched
 * off gets nothing but tests.
 */
const text = `
with picked as materialized (
  select d.id from webhook_deliveries d
  where d.tenant_id = $1 and d.endpoint_id = $2 and d.state = 'pending' and d.due_at <= clock_timestamp()
    and (d.lease_until is null or d.lease_until <= clock_timestamp()) and (d.is_test or $3)
  order by d.due_at, d.id limit $4 for update skip locked
), taken as (
  update webhook_deliveries d set fence = d.fence + 1,
    lease_until = clock_timestamp() + $5::float8 * interval '1 millisecond'
  from picked p where d.tenant_id = $1 and d.id = p.id
  returning d.id, d.event_id, d.fence, d.attempts, d.is_test
), begun as (
  insert into webhook_attempts (tenant_id, delivery_id, fence) select $1, id, fence from taken
)
select t.id, t.event_id as "eventId", t.fence, t.attempts, t.is_test as "isTest", v.type,
  v.connection_id as "connectionId", v.body
from taken t join webhook_events v on v.tenant_id = $1 and v.id = t.event_id order by t.id`;

/**
 * Takes what is due for an endpoint, a few at a time, the longest due first; nothing when there is none.
 * @throws AppError `credentials_locked` when its secret cannot be opened; then nothing is taken
 */
export async function claimDeliveries(
  tx: Tx,
  scope: TenantScope,
  input: { readonly endpointId: string; readonly credentials: KeyRing; readonly leaseMs: number },
): Promise<ClaimedBatch | undefined> {
  const { endpointId } = input;
  const endpoint = await tx.maybeOne<{ url: string; isOpen: boolean; failures: number }>(
    `select url, failures, enabled and (rests_until is null or rests_until <= clock_timestamp()) as "isOpen"
     from webhook_endpoints where tenant_id = $1 and id = $2`,
    [scope.tenantId, endpointId],
  );
  if (endpoint === undefined) return undefined;
  const secrets = await readSecrets(tx, input.credentials, scope, endpointId);
  const deliveries = await tx.prepared<ClaimedDelivery>('claim_webhook_deliveries', text, [
    scope.tenantId,
    endpointId,
    endpoint.isOpen,
    endpoint.failures > 0 ? 1 : mostAtOnce,
    input.leaseMs,
  ]);
  return deliveries.length === 0 ? undefined : { url: endpoint.url, secrets, deliveries };
}
