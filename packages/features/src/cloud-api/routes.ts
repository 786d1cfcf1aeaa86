import { AppError, networkTemplateList, templateSyncAsked, toPublicId } from '@zaphub/types';
import { findConnection } from '../connections/index.ts';
import { defineRoute, type Route } from '../routing/index.ts';
import { requestTemplateSync } from './actions/request-sync.ts';
import { presentNetworkTemplate } from './present.ts';
import { findTemplateSync, listNetworkTemplates } from './queries.ts';

/** `/connections/:id/templates`: the templates that a number's network has approved, or not yet. */
export const networkTemplateRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/connections/:connection_id/templates',
    auth: 'tenant',
    ids: { connection_id: 'connection' },
    reply: networkTemplateList,
    summary: 'Lists the templates that the network of a connection has, as they were read last.',
    handle: async ({ deps, scope, ids }) => {
      const [connection, templates, sync] = await deps.db.tenant(scope, async (tx) => [
        await findConnection(scope, tx, ids.connection_id),
        await listNetworkTemplates(scope, tx, ids.connection_id),
        await findTemplateSync(scope, tx, ids.connection_id),
      ]);
      if (connection === undefined) throw new AppError('not_found', 'no such connection');
      const { synced_at: syncedAt = null, error_code: code = null, error_detail: detail = null } = sync ?? {};
      return {
        data: templates.map(presentNetworkTemplate),
        synced_at: syncedAt?.toISOString() ?? null,
        error: code === null ? null : { code, detail },
      };
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/connections/:connection_id/templates/sync',
    auth: 'tenant',
    role: 'operator',
    ids: { connection_id: 'connection' },
    reply: templateSyncAsked,
    status: 202,
    summary: 'Reads the templates of a connection’s network again; the list tells when that was done.',
    handle: async ({ deps, scope, ids }) => {
      const { askedAt } = await requestTemplateSync(deps, scope, ids.connection_id);
      return {
        connection_id: toPublicId('connection', ids.connection_id),
        asked_at: askedAt.toISOString(),
      };
    },
  }),
];
