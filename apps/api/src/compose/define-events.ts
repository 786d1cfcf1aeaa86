import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Database } from '@zaphub/db';
import { definePlugin, type Plugin } from '@zaphub/kernel';
import {
  createEventHub,
  createPostgresConnectionRegistry,
  createPostgresEventLog,
  createRedisConnectionRegistry,
  createRedisEventLog,
  createSharedEventLog,
  type EventHub,
} from '@zaphub/realtime';
import { openRedis } from '@zaphub/redis';
import type { Logger } from '@zaphub/telemetry';
import type { ApiConfig } from '../config.ts';

/** More than three writes a second to one reader help nobody's eyes: at most four a second, however they fall. */
const spacingMs = 300;

/** Live events, from Postgres alone, or with a Redis that all processes read from. */
export function defineEvents(
  dependsOn: { database: Plugin<Database> },
  config: Pick<ApiConfig, 'redisUrl' | 'events'>,
  logger: Logger,
): Plugin<EventHub, { database: Plugin<Database> }> {
  return definePlugin({
    name: 'events',
    dependsOn,
    start: async ({ database }) => {
      const source = createPostgresEventLog(database);
      const onError = (error: unknown): void => logger.warn('live events are late', { error });
      const redis =
        config.redisUrl === undefined
          ? undefined
          : await openRedis(
              { logger },
              { url: config.redisUrl, name: 'zaphub-events', connectTimeoutMs: 2_000 },
            );
      const log =
        redis === undefined
          ? source
          : createSharedEventLog({
              source,
              window: createRedisEventLog(redis),
              random: Math.random,
              onError: (error) => logger.debug('live events are read from Postgres', { error }),
            });
      const hub = await createEventHub(
        {
          log,
          registry:
            redis === undefined
              ? createPostgresConnectionRegistry(database)
              : createRedisConnectionRegistry(redis),
          random: Math.random,
          onError,
          onReaderClosed: (tenantId, reason) =>
            logger.debug('event stream closed', { tenant_id: tenantId, reason }),
        },
        { spacingMs, instance: `${hostname()}-${randomUUID()}`, ...config.events },
      );
      return {
        api: hub,
        close: async () => {
          await hub.close();
          await redis?.close();
        },
      };
    },
  });
}
