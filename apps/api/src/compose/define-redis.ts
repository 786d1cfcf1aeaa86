import { definePlugin, type NoRefs, type Plugin } from '@zaphub/kernel';
import { openRedis, type RedisAdapter } from '@zaphub/redis';
import type { Logger } from '@zaphub/telemetry';
import type { ApiConfig } from '../config.ts';

/** The Redis that requests wait for; `undefined` where none is configured. */
export type RedisPlugin = Plugin<RedisAdapter | undefined, NoRefs, undefined>;

/**
 * Redis for the cache and the allowances. Both go on without it, so it is asked once and not waited for long. One
 * that is away at boot only delays the boot by the time to connect, and is used as soon as it can be reached.
 */
export function defineRedis(config: Pick<ApiConfig, 'redisUrl'>, logger: Logger): RedisPlugin {
  return definePlugin({
    name: 'redis',
    optional: { fallback: () => undefined },
    start: async () => {
      if (config.redisUrl === undefined) return { api: undefined };
      const redis = await openRedis(
        { logger },
        {
          url: config.redisUrl,
          name: 'zaphub-api',
          connectTimeoutMs: 2_000,
          commandTimeoutMs: 250,
          attempts: 1,
        },
      );
      return {
        api: redis,
        close: ({ remainingMs }) => redis.close({ deadlineMs: Math.min(2_000, remainingMs) }),
      };
    },
  });
}
