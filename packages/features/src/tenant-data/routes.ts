import { task, tenantDeletion } from '@zaphub/types';
import { defineRoute, type Route } from '../routing/index.ts';
import { addTenantTask } from '../tasks/index.ts';
import { requestDeletion } from './actions/request-deletion.ts';

/** Everything a tenant has: taking it along, and taking it away. */
export const tenantDataRoutes: readonly Route[] = [
  defineRoute({
    method: 'POST',
    path: '/tenant/exports',
    auth: 'tenant',
    role: 'admin',
    reply: task,
    status: 202,
    summary: 'Writes everything the tenant has into one file, as a task',
    handle: ({ deps, scope }) => addTenantTask(deps, scope, { name: 'tenant.export' }),
  }),
  defineRoute({
    method: 'POST',
    path: '/tenant/deletion',
    auth: 'tenant',
    role: 'owner',
    body: tenantDeletion,
    reply: task,
    status: 202,
    summary: 'Deletes the tenant with everything in it, as a task; its name must be typed',
    handle: ({ deps, scope, body }) => requestDeletion(deps, scope, body.name),
  }),
];
