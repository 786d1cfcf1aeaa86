import { pageOf, senderPool, senderPoolInput } from '@zaphub/types';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { deleteSenderPool } from './actions/delete-sender-pool.ts';
import { saveSenderPool } from './actions/save-sender-pool.ts';
import { presentSenderPool } from './present.ts';
import { getSenderPool, listSenderPools } from './queries.ts';

const ids = { sender_pool_id: 'sender_pool' } as const;

/** `/sender-pools`: numbers that send a campaign together. */
export const senderPoolRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/sender-pools',
    auth: 'tenant',
    reply: pageOf(senderPool),
    summary: 'Lists pools of numbers, oldest first; a tenant has a handful, so there is one page.',
    handle: async ({ deps, scope }) => {
      const rows = await deps.db.tenant(scope, (tx) => listSenderPools(scope, tx));
      return { data: rows.map(presentSenderPool), has_more: false, next_cursor: null };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/sender-pools',
    auth: 'tenant',
    role: 'operator',
    body: senderPoolInput,
    reply: senderPool,
    status: 201,
    summary: 'Makes a pool of numbers with their weights.',
    handle: async ({ deps, scope, body }) =>
      presentSenderPool(await saveSenderPool(deps, scope, { poolId: undefined, input: body })),
  }),
  defineRoute({
    method: 'GET',
    path: '/sender-pools/:sender_pool_id',
    auth: 'tenant',
    ids,
    reply: senderPool,
    summary: 'Reads a pool, with the numbers of it that cannot send now.',
    handle: async ({ deps, scope, ids }) =>
      presentSenderPool(await deps.db.tenant(scope, (tx) => getSenderPool(scope, tx, ids.sender_pool_id))),
  }),
  defineRoute({
    method: 'PUT',
    path: '/sender-pools/:sender_pool_id',
    auth: 'tenant',
    role: 'operator',
    ids,
    body: senderPoolInput,
    reply: senderPool,
    summary: 'Changes a pool; campaigns that are under way go on with it as it is then.',
    handle: async ({ deps, scope, ids, body }) =>
      presentSenderPool(await saveSenderPool(deps, scope, { poolId: ids.sender_pool_id, input: body })),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/sender-pools/:sender_pool_id',
    auth: 'tenant',
    role: 'operator',
    ids,
    reply: 'none',
    summary: 'Takes a pool away; refused while a campaign uses it.',
    handle: ({ deps, scope, ids }) => deleteSenderPool(deps, scope, ids.sender_pool_id),
  }),
];
