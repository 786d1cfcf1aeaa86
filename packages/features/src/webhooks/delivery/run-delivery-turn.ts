import { type Database, systemScope } from '@zaphub/db';
import type { Secret } from '@zaphub/providers';
import { toPublicId } from '@zaphub/types';
import { type Failpoints, noFailpoints } from '../../failpoints.ts';
import type { KeyRing } from '../../credentials/index.ts';
import { sign } from '../sign.ts';
import { type ClaimedDelivery, claimDeliveries } from './claim-deliveries.ts';
import { postWebhook, type PostOptions } from './post-webhook.ts';
import { recordAttempts } from './record-attempts.ts';

/** What a turn needs. */
export interface DeliveryDeps extends Pick<PostOptions, 'rules' | 'resolve' | 'ca'> {
  readonly db: Database;
  readonly credentials: KeyRing;
  readonly failpoints?: Failpoints;
  /** Milliseconds for one request; default 30 000. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds on top of it after which another worker may try; default 15 000. */
  readonly leaseMarginMs?: number;
}

/** Whose turn it is. */
export interface DeliveryLine {
  readonly tenantId: string;
  readonly endpointId: string;
}

const requestMs = 30_000;
const marginMs = 15_000;
/** After so long others come first. */
const longestTurnMs = 30_000;

/**
 * Delivers what is due for one endpoint, a few requests at a time, until nothing is left, others must come, or one
 * request has used up its time: a slow receiver keeps one place for one request, not for its whole backlog.
 * @returns whether something may be left
 */
export async function runDeliveryTurn(
  deps: DeliveryDeps,
  { tenantId, endpointId }: DeliveryLine,
  { signal, closing }: { readonly signal: AbortSignal; readonly closing: AbortSignal },
): Promise<boolean> {
  const scope = systemScope(tenantId);
  const failpoints = deps.failpoints ?? noFailpoints;
  const timeoutMs = deps.requestTimeoutMs ?? requestMs;
  const leaseMs = timeoutMs + (deps.leaseMarginMs ?? marginMs);
  const untilMs = performance.now() + longestTurnMs;
  while (!closing.aborted && !signal.aborted && performance.now() < untilMs) {
    const batch = await deps.db.tenant(scope, (tx) =>
      claimDeliveries(tx, scope, { endpointId, credentials: deps.credentials, leaseMs }),
    );
    if (batch === undefined) return false;
    await failpoints.hit('webhook-claimed');
    const ended = await Promise.all(
      batch.deliveries.map(async (delivery) => ({
        delivery,
        result: await postWebhook(
          { url: batch.url, headers: headersOf(delivery, batch.secrets), body: delivery.body },
          { ...deps, timeoutMs, signal },
        ),
      })),
    );
    await failpoints.hit('webhook-posted');
    await deps.db.tenant(scope, (tx) => recordAttempts(tx, scope, endpointId, ended));
    if (ended.some(({ result }) => result.error === 'timeout')) return true;
  }
  return true;
}

/** As Standard Webhooks names them, and two of our own. */
function headersOf(delivery: ClaimedDelivery, secrets: readonly Secret[]): Readonly<Record<string, string>> {
  const id = toPublicId('webhook_event', delivery.eventId);
  const timestamp = Math.floor(Date.now() / 1000);
  return {
    'content-type': 'application/json',
    'user-agent': 'ZapHub-Webhooks/1',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign({ id, timestamp, body: delivery.body }, secrets),
    'X-ZapHub-Event': delivery.type,
    ...(delivery.connectionId === null
      ? {}
      : { 'X-ZapHub-Session': toPublicId('connection', delivery.connectionId) }),
  };
}
