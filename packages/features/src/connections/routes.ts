import { connection, pageOf } from '@zaphub/types';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { presentConnection } from './present.ts';
import { listConnections } from './queries.ts';

/** `/connections`: the numbers a tenant sends from. */
export const connectionRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/connections',
    auth: 'tenant',
    reply: pageOf(connection),
    summary: 'Lists connections, oldest first; a tenant has a handful, so there is one page.',
    handle: async ({ deps, scope }) => {
      const rows = await deps.db.tenant(scope, (tx) => listConnections(scope, tx));
      return { data: rows.map(presentConnection), has_more: false, next_cursor: null };
    },
  }),
];
