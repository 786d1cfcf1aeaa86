import { numberLimits, numberLimitsPatch, tenantLimits, tenantLimitsPatch } from '@zaphub/types';
import { defineRoute } from '../routing/index.ts';
import type { Route } from '../routing/index.ts';
import { setNumberLimits } from './actions/set-number-limits.ts';
import { setTenantLimits } from './actions/set-tenant-limits.ts';
import { readNumberLimits, readTenantLimits } from './queries.ts';

const ids = { connection_id: 'connection' } as const;

/** How fast and how much a tenant sends, over all its numbers and by each of them. */
export const pacingRoutes: readonly Route[] = [
  defineRoute({
    method: 'GET',
    path: '/sending-limits',
    auth: 'tenant',
    reply: tenantLimits,
    summary: 'Reads the rate of all numbers together and the cap for each contact.',
    handle: ({ deps, scope }) => deps.db.tenant(scope, (tx) => readTenantLimits(scope, tx)),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/sending-limits',
    auth: 'tenant',
    role: 'admin',
    body: tenantLimitsPatch,
    reply: tenantLimits,
    summary: 'Changes them; has effect within two seconds on what is being sent.',
    handle: ({ deps, scope, body }) => setTenantLimits(deps, scope, body),
  }),
  defineRoute({
    method: 'GET',
    path: '/connections/:connection_id/limits',
    auth: 'tenant',
    ids,
    reply: numberLimits,
    summary: 'Reads a number’s rate, caps and warm-up, and what they mean today.',
    handle: ({ deps, scope, ids }) =>
      deps.db.tenant(scope, (tx) => readNumberLimits(scope, tx, ids.connection_id)),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/connections/:connection_id/limits',
    auth: 'tenant',
    role: 'admin',
    ids,
    body: numberLimitsPatch,
    reply: numberLimits,
    summary: 'Changes them; has effect within two seconds on what is being sent.',
    handle: ({ deps, scope, ids, body }) =>
      setNumberLimits(deps, scope, { connectionId: ids.connection_id, patch: body }),
  }),
];
