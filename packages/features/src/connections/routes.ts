import type { TenantScope, Tx } from '@zaphub/db';
import {
  AppError,
  connection,
  connectionDetail,
  connectionInput,
  connectionPatch,
  holdInput,
  pageOf,
  toPublicId,
} from '@zaphub/types';
import { audit } from '../audit/index.ts';
import { type AppDeps, defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { createConnection } from './actions/create-connection.ts';
import { deleteConnection } from './actions/delete-connection.ts';
import { holdConnection } from './actions/hold-connection.ts';
import { releaseConnection } from './actions/release-connection.ts';
import { updateConnection } from './actions/update-connection.ts';
import { presentConnection, presentConnectionDetail } from './present.ts';
import { type ConnectionRow, findConnection, findConnectionDetail, listConnections } from './queries.ts';

const ids = { connection_id: 'connection' } as const;

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
  defineRoute({
    method: 'POST',
    path: '/connections',
    auth: 'tenant',
    role: 'admin',
    body: connectionInput,
    reply: connectionDetail,
    status: 201,
    summary: 'Adds a number; one that must log in is connected in a second step.',
    handle: async ({ deps, scope, body }) =>
      presentConnectionDetail(await createConnection(deps, scope, body)),
  }),
  defineRoute({
    method: 'GET',
    path: '/connections/:connection_id',
    auth: 'tenant',
    ids,
    reply: connectionDetail,
    summary: 'Reads a connection with its settings; of its secrets only the names.',
    handle: async ({ deps, scope, ids }) => {
      const row = await deps.db.tenant(scope, (tx) => findConnectionDetail(scope, tx, ids.connection_id));
      if (!row) throw new AppError('not_found', 'no such connection');
      return presentConnectionDetail(row);
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/connections/:connection_id',
    auth: 'tenant',
    role: 'admin',
    ids,
    body: connectionPatch,
    reply: connectionDetail,
    summary: 'Changes the name, the rate, settings or secrets; a rate has effect while messages go out.',
    handle: async ({ deps, scope, ids, body }) =>
      presentConnectionDetail(
        await updateConnection(deps, scope, { connectionId: ids.connection_id, patch: body }),
      ),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/connections/:connection_id',
    auth: 'tenant',
    role: 'admin',
    ids,
    reply: 'none',
    summary: 'Takes a number away and logs it out; refused while campaigns send from it.',
    handle: ({ deps, scope, ids }) => deleteConnection(deps, scope, ids.connection_id),
  }),
  defineRoute({
    method: 'POST',
    path: '/connections/:connection_id/hold',
    auth: 'tenant',
    role: 'operator',
    ids,
    body: holdInput,
    reply: connection,
    summary: 'Stops sending on a number, until a time or until it is released; its session stays open.',
    handle: async ({ deps, scope, ids, body }) => {
      const until = body.until === undefined ? undefined : new Date(body.until);
      return changeHold(deps, scope, ids.connection_id, 'connections.hold', (tx, id) =>
        holdConnection(tx, scope, id, { cause: 'user', ...(until === undefined ? {} : { until }) }),
      );
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/connections/:connection_id/release',
    auth: 'tenant',
    role: 'operator',
    ids,
    reply: connection,
    summary: 'Lets a held number send again, whatever it was held for.',
    handle: ({ deps, scope, ids }) =>
      changeHold(deps, scope, ids.connection_id, 'connections.release', (tx, id) =>
        releaseConnection(tx, scope, id),
      ),
  }),
];

/** Changes a hold and answers the connection as it is then; what changed nothing is not audited. */
async function changeHold(
  deps: AppDeps,
  scope: TenantScope,
  connectionId: string,
  action: string,
  change: (tx: Tx, id: string) => Promise<boolean>,
): Promise<ReturnType<typeof presentConnection>> {
  const row = await deps.db.tenant(scope, async (tx): Promise<ConnectionRow | undefined> => {
    if (await change(tx, connectionId)) {
      await audit(tx, scope, { action, subject: toPublicId('connection', connectionId) });
    }
    return findConnection(scope, tx, connectionId);
  });
  if (!row) throw new AppError('not_found', 'no such connection');
  return presentConnection(row);
}
