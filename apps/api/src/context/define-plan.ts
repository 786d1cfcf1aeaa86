import type { DistributedCache } from '@zaphub/cache';
import { defineCacheClass } from '@zaphub/cache';
import { type Database, systemScope } from '@zaphub/db';
import { findPlan } from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import { type Plan, planSchema } from '@zaphub/types';
import type { ApiRequest } from './api-request.ts';
import type { TenantPlugin } from './define-tenant.ts';

/** Answers a tenant's plan, from memory where it is known. */
export interface Plans {
  of(tenantId: string): Promise<Plan>;
}

export type PlanPlugin = Plugin<
  Plans,
  { database: Plugin<Database>; tenant: TenantPlugin },
  Plan,
  ApiRequest
>;

const keepMs = 5 * 60_000;
const maxTenants = 10_000;
const channel = 'zaphub_plans';

/**
 * The plan of the caller's tenant; `free` where there is none, or where it cannot be told in time. Remembered for five
 * minutes, however many ask at once it is looked up once, and a change is heard of from the database.
 */
export function definePlan(dependsOn: { database: Plugin<Database>; tenant: TenantPlugin }): PlanPlugin {
  return definePlugin({
    name: 'plan',
    dependsOn,
    start: async ({ database }) => {
      const plans = coalesce((tenantId: string) => findPlan(database, systemScope(tenantId)), {
        ttlMs: keepMs,
        maxEntries: maxTenants,
      });
      const listener = await database.listen(
        channel,
        (tenantId) => plans.delete(tenantId),
        () => plans.clear(),
      );
      return { api: { of: (tenantId) => plans.get(tenantId) }, close: () => listener.close() };
    },
    enhance: {
      timeoutMs: 1_000,
      fallback: () => 'free',
      run: (_request: ApiRequest, { api: plans, values: { tenant } }) =>
        tenant === undefined ? 'free' : plans.of(tenant.tenantId),
    },
  });
}
