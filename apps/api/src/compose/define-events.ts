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
import type { Logger } from '@zaphub/telemetry';
import type { ApiConfig } from '../config.ts';
import type { RedisPlugin } from './define-redis.ts';

/** More than three writes a second to one reader help nobody's eyes: at most four a second, however they fall. */
const spacingMs = 300;

interface EventRefs {
  readonly [alias: string]: Plugin<unknown>;
  readonly database: Plugin<Database>;
  readonly redis: RedisPlugin;
}

/** Live events, from Postgres alone, or with a Redis that all processes read from. */
export function defineEvents(
  dependsOn: EventRefs,
  config: Pick<ApiConfig, 'events'>,
  logger: Logger,
): Plugin<EventHub, EventRefs> {
  return definePlugin({
    name: 'events',
    dependsOn,
    start: async ({ database, redis }) => {
      const source = createPostgresEventLog(database);
      const onError = (error: unknown): void => logger.warn('live events are late', { error });
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
      return { api: hub, close: () => hub.close() };
    },
  });
}
