import type { Database, TenantScope } from '@zaphub/db';
import { listMemberships } from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import { chooseScope } from '../auth/choose-scope.ts';
import { createMemberships, type Memberships, type MembershipsOptions } from '../auth/memberships.ts';
import type { ApiRequest } from './api-request.ts';
import type { AuthPlugin } from './define-auth.ts';

export type TenantPlugin = Plugin<
  Memberships,
  { database: Plugin<Database>; auth: AuthPlugin },
  TenantScope | undefined,
  ApiRequest
>;

/** The tenant that is asked for and the caller's role there; `undefined` where a route needs none. */
export function defineTenant(
  dependsOn: { database: Plugin<Database>; auth: AuthPlugin },
  options: MembershipsOptions = {},
): TenantPlugin {
  return definePlugin({
    name: 'tenant',
    dependsOn,
    start: ({ database }) => {
      const list = (userId: string) => listMemberships(database, userId);
      return { api: createMemberships({ list, now: () => performance.now() }, options) };
    },
    enhance: {
      required: true,
      run: ({ route, headers }: ApiRequest, { api: memberships, values: { auth: user } }) => {
        if (route.auth !== 'tenant' || user === undefined) return undefined;
        const header = headers['x-tenant-id'];
        return chooseScope(memberships, user, Array.isArray(header) ? header[0] : header);
      },
    },
  });
}
