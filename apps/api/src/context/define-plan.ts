import { defineCacheClass, type DistributedCache } from '@zaphub/cache';
import { coalesce } from '@zaphub/concurrency';
import { type Database, systemScope } from '@zaphub/db';
import { findPlan } from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import { type Plan, plan } from '@zaphub/types';
import type { ApiRequest } from './api-request.ts';
import type { TenantPlugin } from './define-tenant.ts';

/** Answers a tenant's plan, from the cache where it is known. */
export interface Plans {
  of(tenantId: string): Promise<Plan>;
}

interface PlanRefs {
  readonly [alias: string]: Plugin<unknown>;
  readonly database: Plugin<Database>;
  readonly cache: Plugin<DistributedCache>;
  readonly tenant: TenantPlugin;
}

export type PlanPlugin = Plugin<Plans, PlanRefs, Plan, ApiRequest>;

const tenantPlans = defineCacheClass({
  name: 'tenant-plan',
  scope: 'tenant',
  schema: plan,
  ttlMs: 5 * 60_000,
  // Whoever waits for another instance that died while it looked the plan up waits a second more; then looks itself.
  loadTimeoutMs: 1_000,
});
const channel = 'zaphub_plans';

/**
 * The plan of the caller's tenant; `free` where there is none, or where it cannot be told in time. Remembered for five
 * minutes, by this process and in Redis, and looked up once however many ask. The database tells every process of a
 * change, and each forgets the plan in both places; one that has missed such news forgets all plans. So an old plan
 * lives for milliseconds, and for five minutes if no process that could have heard was running.
 */
export function definePlan(dependsOn: PlanRefs): PlanPlugin {
  return definePlugin({
    name: 'plan',
    dependsOn,
    start: async ({ database, cache }) => {
      const load = (tenantId: string): Promise<Plan> => findPlan(database, systemScope(tenantId));
      // Keeps nothing: requests of a tenant that arrive together ask the cache once.
      const plans = coalesce(
        async (tenantId: string) =>
          (await cache.getOrLoad(tenantPlans.key(tenantId), () => load(tenantId))) ?? 'free',
      );
      const listener = await database.listen(
        channel,
        (tenantId) => {
          plans.delete(tenantId);
          void cache.del(tenantPlans.key(tenantId));
        },
        () => {
          plans.clear();
          void cache.clear(tenantPlans);
        },
      );
      return {
        api: { of: (tenantId) => plans.get(tenantId) },
        close: () => listener.close(),
      };
    },
    enhance: {
      timeoutMs: 3_000,
      fallback: () => 'free',
      run: (_request: ApiRequest, { api: plans, values: { tenant } }) =>
        tenant === undefined ? 'free' : plans.of(tenant.tenantId),
    },
  });
}
