import {
  AppError,
  checklist,
  me,
  setupCheck,
  setupClaim,
  setupStatus,
  tenant,
  tenantPatch,
  toPublicId,
} from '@zaphub/types';
import { z } from 'zod';
import { defineRoute } from '../routing/index.ts';
import { addSampleData } from './actions/add-sample-data.ts';
import { checkSetupToken } from './actions/check-setup-token.ts';
import { claimInstallation } from './actions/claim-installation.ts';
import { updateTenant } from './actions/update-tenant.ts';
import { presentTenant } from './present.ts';
import { isClaimed, listTenantsOfUser, readChecklist } from './queries.ts';

const sampleDataAdded = z.object({ contacts: z.number().int(), templates: z.number().int() });

export const tenantRoutes = [
  defineRoute({
    method: 'GET',
    path: '/setup',
    auth: 'public',
    reply: setupStatus,
    summary: 'Whether the installation has an owner',
    handle: async ({ deps }) => ({ claimed: await isClaimed(deps.db) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/setup/check',
    auth: 'public',
    body: setupCheck,
    reply: 'none',
    summary: 'Whether a setup token is the right one, without using it up',
    handle: ({ deps, body }) => checkSetupToken(deps.db, body.token),
  }),
  defineRoute({
    method: 'POST',
    path: '/setup',
    auth: 'user',
    body: setupClaim,
    reply: tenant,
    status: 201,
    summary: 'Uses up the setup token and makes the first tenant',
    handle: async ({ deps, user, body }) => presentTenant(await claimInstallation(deps.db, user, body)),
  }),
  defineRoute({
    method: 'GET',
    path: '/me',
    auth: 'user',
    reply: me,
    summary: 'The signed-in person and their tenants',
    handle: async ({ deps, user }) => {
      const rows = await listTenantsOfUser(deps.db, user.userId);
      return {
        user_id: toPublicId('user', user.userId),
        email: user.email,
        tenants: rows.map((row) => ({ tenant: presentTenant(row), role: row.role })),
      };
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/tenant',
    auth: 'tenant',
    reply: tenant,
    summary: 'The tenant',
    handle: async ({ deps, scope }) => {
      const found = await deps.tenants.find(scope.tenantId);
      if (!found) throw new AppError('not_found', 'no such tenant');
      return found;
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/tenant',
    auth: 'tenant',
    role: 'admin',
    body: tenantPatch,
    reply: tenant,
    summary: 'Changes the tenant',
    handle: async ({ deps, scope, body }) => {
      const changed = await deps.db.tenant(scope, (tx) => updateTenant(tx, scope, body));
      await deps.tenants.forget(scope.tenantId);
      return presentTenant(changed);
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/checklist',
    auth: 'tenant',
    reply: checklist,
    summary: 'What a new tenant has done already',
    handle: ({ deps, scope }) => deps.db.tenant(scope, (tx) => readChecklist(tx, scope)),
  }),
  defineRoute({
    method: 'POST',
    path: '/sample-data',
    auth: 'tenant',
    role: 'operator',
    reply: sampleDataAdded,
    summary: 'Adds sample contacts and a template; what is there already stays',
    handle: ({ deps, scope }) => deps.db.tenant(scope, (tx) => addSampleData(tx, scope)),
  }),
];
