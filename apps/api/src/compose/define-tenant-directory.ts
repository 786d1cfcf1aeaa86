import { defineCacheClass, type DistributedCache } from '@zaphub/cache';
import { coalesce } from '@zaphub/concurrency';
import { type Database, systemScope } from '@zaphub/db';
import { readTenant, type TenantDirectory } from '@zaphub/features';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import { tenant } from '@zaphub/types';

interface DirectoryRefs {
  readonly [alias: string]: Plugin<unknown>;
  readonly database: Plugin<Database>;
  readonly cache: Plugin<DistributedCache>;
}

export type TenantDirectoryPlugin = Plugin<TenantDirectory, DirectoryRefs>;

const tenants = defineCacheClass({
  name: 'tenant',
  scope: 'tenant',
  schema: tenant,
  ttlMs: 5 * 60_000,
  // Whoever waits for another instance that died while it looked a tenant up waits a second more; then looks itself.
  loadTimeoutMs: 1_000,
});
const channel = 'zaphub_tenants';

/**
 * What tenants are, their plans among it. Remembered for five minutes, by this process and in Redis, and looked up
 * once however many ask. The database tells every process of a change, and each forgets the tenant in both places;
 * one that has missed such news forgets all. So an old name or plan lives for milliseconds, and for five minutes if
 * no process that could have heard was running.
 */
export function defineTenantDirectory(dependsOn: DirectoryRefs): TenantDirectoryPlugin {
  return definePlugin({
    name: 'tenants',
    dependsOn,
    start: async ({ database, cache }) => {
      // Keeps nothing: requests of a tenant that arrive together ask the cache once.
      const lookups = coalesce((tenantId: string) =>
        cache.getOrLoad(tenants.key(tenantId), () => readTenant(database, systemScope(tenantId))),
      );
      const forget = async (tenantId: string): Promise<void> => {
        lookups.delete(tenantId);
        await cache.del(tenants.key(tenantId));
      };
      const listener = await database.listen(
        channel,
        (tenantId) => void forget(tenantId),
        () => {
          lookups.clear();
          void cache.clear(tenants);
        },
      );
      return {
        api: { find: (tenantId) => lookups.get(tenantId), forget },
        close: () => listener.close(),
      };
    },
  });
}
