import { definePlugin, type NoRefs, type Plugin } from '@zaphub/kernel';
import { openRedis, type RedisAdapter, type RedisSettings } from '@zaphub/redis';
import type { Logger } from '@zaphub/telemetry';
import type { ApiConfig } from '../config.ts';

/** A Redis of this process; `undefined` where none is configured. */
export type RedisPlugin = Plugin<RedisAdapter | undefined, NoRefs, undefined>;

interface RedisUse {
  readonly plugin: string;
  readonly settings: Omit<RedisSettings, 'url'>;
}

/** Requests go on without it, so it is asked once and not waited for long; live events may wait and ask again. */
const uses = {
  requests: { plugin: 'redis', settings: { name: 'zaphub-api', commandTimeoutMs: 250, attempts: 1 } },
  events: { plugin: 'redis-events', settings: { name: 'zaphub-events' } },
} satisfies Record<string, RedisUse>;

/**
 * Redis for the cache and the allowances of requests, or for live events; each has connections of its own. One that is
 * away at boot only delays the boot by the time to connect, and is used as soon as it can be reached.
 */
export function defineRedis(
  config: Pick<ApiConfig, 'redisUrl'>,
  logger: Logger,
  use: keyof typeof uses = 'requests',
): RedisPlugin {
  const { plugin, settings } = uses[use];
  return definePlugin({
    name: plugin,
    optional: { fallback: () => undefined },
    start: async () => {
      if (config.redisUrl === undefined) return { api: undefined };
      const redis = await openRedis(
        { logger },
        { url: config.redisUrl, connectTimeoutMs: 2_000, ...settings },
      );
      return {
        api: redis,
        close: ({ remainingMs }) => redis.close({ deadlineMs: Math.min(2_000, remainingMs) }),
      };
    },
  });
}
