import { createHmac } from 'node:crypto';
import type { TenantScope } from '@zaphub/db';
import { createTenant, type TestDatabase, type TestTenant } from '@zaphub/testing';
import { fromPublicId, type Webhook, type WebhookEventType, type WebhookWithSecret } from '@zaphub/types';
import { callRoute, type RouteCall } from '../call-route.ts';
import { createCredentialsKey, createKeyRing, type KeyRing } from '../credentials/index.ts';
import type { ReceivedCall } from './delivery/receiver.ts';
import { type DeliveryDeps, runDeliveryTurn } from './delivery/run-delivery-turn.ts';
import { makeEvents } from './facts/make-events.ts';
import { webhookRoutes } from './routes.ts';

/** A tenant with the routes of webhooks at hand, for tests. */
export interface WebhookFixture extends TestTenant {
  readonly credentials: KeyRing;
  call<T>(line: string, given?: RouteCall): Promise<T>;
  add(url: string, types: readonly WebhookEventType[]): Promise<WebhookWithSecret>;
  read(webhook: Webhook): Promise<Webhook>;
  /** Makes events of everything that is noted; answers of how many facts. */
  makeEvents(): Promise<number>;
  /** One turn of a worker at the endpoint. */
  deliver(webhook: Webhook, deps?: Partial<DeliveryDeps>): Promise<boolean>;
  /** Notes a fact as the database does. */
  note(type: WebhookEventType, subjects?: readonly string[]): Promise<void>;
  rows<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

/** Makes a tenant. */
export async function webhookFixture(database: TestDatabase): Promise<WebhookFixture> {
  const tenant = await createTenant(database.system);
  const credentials = createKeyRing({ key: createCredentialsKey() });
  const scope: TenantScope = {
    tenantId: tenant.tenantId,
    actor: { kind: 'user', userId: tenant.ownerId },
    role: 'owner',
  };
  const deps = { credentials, webhookTargets: { allowsPrivate: true } };
  const call = <T>(line: string, given: RouteCall = {}): Promise<T> =>
    callRoute<T>(webhookRoutes, line, { db: database.api, scope, deps }, given);
  const never = new AbortController().signal;
  return {
    ...tenant,
    scope,
    credentials,
    call,
    add: (url, types) => call('POST /webhooks', { body: { url, types } }),
    read: (webhook) => call('GET /webhooks/:webhook_id', { ids: idsOf(webhook) }),
    makeEvents: () => database.system.tenant(tenant.scope, (tx) => makeEvents(tx, tenant.scope)),
    deliver: (webhook, given = {}) =>
      runDeliveryTurn(
        { db: database.system, credentials, rules: { allowsPrivate: true }, ...given },
        { tenantId: tenant.tenantId, endpointId: idsOf(webhook).webhook_id },
        { signal: never, closing: never },
      ),
    note: async (type, subjects = []) => {
      await database.system.system((tx) =>
        tx.run(`select app.note_webhook_fact($1, $2, $3, null, $4, '{}')`, [
          tenant.tenantId,
          type,
          tenant.connectionId,
          subjects,
        ]),
      );
    },
    rows: <R>(text: string, values: readonly unknown[] = []) =>
      database.system.system((tx) => tx.rows<R>(text, values)),
  };
}

/** The path of an endpoint's routes. */
export function idsOf(webhook: Webhook): { webhook_id: string } {
  return { webhook_id: fromPublicId('webhook', webhook.id) ?? '' };
}

/**
 * Verifies as the published algorithm says, written apart from what signs: which of a call's signatures are good for a
 * secret.
 */
export function goodSignatures(call: ReceivedCall, secret: string): number {
  const { headers } = call;
  const key = Buffer.from(secret.split('_')[1] ?? '', 'base64');
  const content = [headers['webhook-id'], headers['webhook-timestamp'], call.body].join('.');
  const expected = createHmac('sha256', key).update(content, 'utf8').digest('base64');
  const given = headers['webhook-signature']?.split(' ') ?? [];
  return given.filter((each) => each === `v1,${expected}`).length;
}
