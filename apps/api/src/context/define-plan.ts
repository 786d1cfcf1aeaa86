import type { TenantDirectory } from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import type { Plan } from '@zaphub/types';
import type { ApiRequest } from './api-request.ts';
import type { TenantPlugin } from './define-tenant.ts';

interface PlanRefs {
  readonly [alias: string]: Plugin<unknown>;
  readonly tenants: Plugin<TenantDirectory>;
  readonly tenant: TenantPlugin;
}

export type PlanPlugin = Plugin<TenantDirectory, PlanRefs, Plan, ApiRequest>;

/** The plan of the caller's tenant; `free` where there is none, or where it cannot be told in time. */
export function definePlan(dependsOn: PlanRefs): PlanPlugin {
  return definePlugin({
    name: 'plan',
    dependsOn,
    start: ({ tenants }) => ({ api: tenants }),
    enhance: {
      timeoutMs: 3_000,
      fallback: () => 'free',
      run: async (_request: ApiRequest, { api: tenants, values: { tenant } }) =>
        (tenant && (await tenants.find(tenant.tenantId)))?.plan ?? 'free',
    },
  });
}
