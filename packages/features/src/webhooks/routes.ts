import {
  pageOf,
  webhook,
  webhookDelivery,
  webhookDeliveryDetail,
  webhookDeliveryQuery,
  webhookInput,
  webhookPatch,
  webhookRecovered,
  webhookRecovery,
  webhookWithSecret,
} from '@zaphub/types';
import { z } from 'zod';
import { defineRoute, paginate, type Route } from '../routing/index.ts';
import { createWebhook } from './actions/create-webhook.ts';
import { deleteWebhook } from './actions/delete-webhook.ts';
import { recoverDeliveries, resendDelivery } from './actions/resend.ts';
import { rotateSecret } from './actions/rotate-secret.ts';
import { sendTest } from './actions/send-test.ts';
import { updateWebhook } from './actions/update-webhook.ts';
import { presentDelivery, presentDeliveryDetail, presentEndpoint } from './present.ts';
import { getDelivery, getEndpoint, listAttempts, listDeliveries, listEndpoints } from './queries.ts';

const ids = { webhook_id: 'webhook' } as const;
const deliveryIds = { delivery_id: 'webhook_delivery' } as const;

/** `/webhooks`: a tenant's own systems are told of what happens; `/webhook-deliveries`: how that went. */
export const webhookRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/webhooks',
    auth: 'tenant',
    reply: pageOf(webhook),
    summary: 'Lists webhooks with how they do; a tenant has ten at most, so there is one page.',
    handle: async ({ deps, scope }) => {
      const rows = await deps.db.tenant(scope, (tx) => listEndpoints(scope, tx));
      return { data: rows.map(presentEndpoint), has_more: false, next_cursor: null };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/webhooks',
    auth: 'tenant',
    role: 'admin',
    body: webhookInput,
    reply: webhookWithSecret,
    status: 201,
    // The answer holds a secret: it is kept nowhere to be repeated.
    idempotency: 'own',
    summary: 'Adds a webhook; its secret is in this answer and never told again.',
    handle: ({ deps, scope, body, idempotencyKey }) =>
      createWebhook(deps, scope, { ...body, requestKey: idempotencyKey }),
  }),
  defineRoute({
    method: 'GET',
    path: '/webhooks/:webhook_id',
    auth: 'tenant',
    ids,
    reply: webhook,
    summary: 'Reads a webhook and how it does.',
    handle: async ({ deps, scope, ids }) =>
      presentEndpoint(await deps.db.tenant(scope, (tx) => getEndpoint(scope, tx, ids.webhook_id))),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/webhooks/:webhook_id',
    auth: 'tenant',
    role: 'admin',
    ids,
    body: webhookPatch,
    reply: webhook,
    summary: 'Changes a webhook, or switches it off and on; what waits while it is switched off is given up.',
    handle: async ({ deps, scope, ids, body }) =>
      presentEndpoint(await updateWebhook(deps, scope, { webhookId: ids.webhook_id, patch: body })),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/webhooks/:webhook_id',
    auth: 'tenant',
    role: 'admin',
    ids,
    reply: 'none',
    summary: 'Takes a webhook away, with what waits for it and its log.',
    handle: ({ deps, scope, ids }) => deleteWebhook(deps, scope, ids.webhook_id),
  }),
  defineRoute({
    method: 'POST',
    path: '/webhooks/:webhook_id/rotate-secret',
    auth: 'tenant',
    role: 'admin',
    ids,
    reply: webhookWithSecret,
    idempotency: 'own',
    summary: 'Makes a new secret, told in this answer only; the one before signs for 24 hours, too.',
    handle: ({ deps, scope, ids, idempotencyKey }) =>
      rotateSecret(deps, scope, { webhookId: ids.webhook_id, requestKey: idempotencyKey }),
  }),
  defineRoute({
    method: 'POST',
    path: '/webhooks/:webhook_id/test',
    auth: 'tenant',
    role: 'operator',
    ids,
    reply: webhookDelivery,
    status: 202,
    summary: 'Delivers a test event, once, also to a webhook that is switched off.',
    handle: async ({ deps, scope, ids }) => presentDelivery(await sendTest(deps, scope, ids.webhook_id)),
  }),
  defineRoute({
    method: 'POST',
    path: '/webhooks/:webhook_id/recover',
    auth: 'tenant',
    role: 'operator',
    ids,
    body: webhookRecovery,
    reply: webhookRecovered,
    status: 202,
    summary: 'Delivers again everything that was given up since a time; event ids stay the same.',
    handle: async ({ deps, scope, ids, body }) => ({
      recovered: await recoverDeliveries(deps, scope, {
        webhookId: ids.webhook_id,
        since: new Date(body.since),
      }),
    }),
  }),
  defineRoute({
    method: 'GET',
    path: '/webhooks/:webhook_id/deliveries',
    auth: 'tenant',
    ids,
    query: webhookDeliveryQuery,
    reply: pageOf(webhookDelivery),
    summary: 'Lists the events of the last 14 days for a webhook, the latest first.',
    handle: async ({ deps, scope, ids, query, cursors }) => {
      const filter = { endpointId: ids.webhook_id, state: query.state };
      await deps.db.tenant(scope, (tx) => getEndpoint(scope, tx, ids.webhook_id));
      return paginate(cursors, query, {
        key: z.uuid(),
        fetch: (before, take) =>
          deps.db.tenant(scope, (tx) => listDeliveries(scope, tx, filter, { before, take })),
        keyOf: (row) => row.id,
        present: presentDelivery,
      });
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/webhook-deliveries/:delivery_id',
    auth: 'tenant',
    ids: deliveryIds,
    reply: webhookDeliveryDetail,
    summary: 'Reads one delivery: what was sent, and every attempt with the beginning of its answer.',
    handle: ({ deps, scope, ids }) =>
      deps.db.tenant(scope, async (tx) =>
        presentDeliveryDetail(
          await getDelivery(scope, tx, ids.delivery_id),
          await listAttempts(scope, tx, ids.delivery_id),
        ),
      ),
  }),
  defineRoute({
    method: 'POST',
    path: '/webhook-deliveries/:delivery_id/resend',
    auth: 'tenant',
    role: 'operator',
    ids: deliveryIds,
    reply: webhookDelivery,
    status: 202,
    summary: 'Delivers one event again: the same id, the same bytes.',
    handle: async ({ deps, scope, ids }) =>
      presentDelivery(await resendDelivery(deps, scope, ids.delivery_id)),
  }),
];
