import { createDistributedCache, type DistributedCache } from '@zaphub/cache';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import type { Logger } from '@zaphub/telemetry';
import type { RedisPlugin } from './define-redis.ts';

/** What requests have looked up, in memory and, where there is one, in Redis. */
export function defineCache(
  dependsOn: { redis: RedisPlugin },
  logger: Logger,
): Plugin<DistributedCache, { redis: RedisPlugin }, undefined> {
  return definePlugin({
    name: 'cache',
    dependsOn,
    start: ({ redis }) => {
      const cache = createDistributedCache({ redis, logger });
      return { api: cache, close: () => cache.close() };
    },
  });
}
