import type { ConnectionOptions } from 'node:tls';
import { Cluster, type CommonRedisOptions, Redis, type RedisOptions } from 'ioredis';
import type { RedisTarget } from './redis-url.ts';

/** A connection of the driver, or one per node behind the same face. */
export type DriverClient = Redis | Cluster;

/** What every connection is opened with. */
export interface DriverSettings {
  readonly target: RedisTarget;
  /** More about TLS, such as the authority's certificate. */
  readonly tls: ConnectionOptions | undefined;
  readonly connectionName: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

/** A frozen server never says goodbye, so its socket is cut this soon after we did. */
const disconnectTimeoutMs = 50;

/**
 * Opens a connection for commands. The driver neither queues, repeats nor reconnects: a command fails as soon as its
 * connection does, and the link above opens a new one.
 */
export function openClient(settings: DriverSettings): DriverClient {
  const { target } = settings;
  if (target.kind !== 'cluster') return openSingle(settings);
  return new Cluster(
    target.hosts.map(({ host, port }) => ({ host, port })),
    {
      clusterRetryStrategy: () => null,
      enableOfflineQueue: false,
      slotsRefreshTimeout: settings.connectTimeoutMs,
      retryDelayOnFailover: 100,
      redisOptions: {
        ...credentials(settings),
        connectTimeout: settings.connectTimeoutMs,
        disconnectTimeout: disconnectTimeoutMs,
        maxRetriesPerRequest: 0,
        autoResendUnfulfilledCommands: false,
        // The link cannot tell the nodes apart, so each of them watches over its own silence.
        socketTimeout: settings.commandTimeoutMs,
      },
    },
  );
}

/** Opens a connection to listen on; in a cluster to the `nth` of the known nodes, all of which carry messages. */
export function openSubscriber(settings: DriverSettings, nth: number): Redis {
  const { target } = settings;
  if (target.kind !== 'cluster') return openSingle(settings);
  const host = target.hosts[nth % target.hosts.length];
  return openSingle({
    ...settings,
    target: { ...target, kind: 'single', hosts: host === undefined ? [] : [host] },
  });
}

function openSingle(settings: DriverSettings): Redis {
  const { target } = settings;
  const [first] = target.hosts;
  const place: RedisOptions =
    target.kind === 'sentinel'
      ? {
          sentinels: target.hosts.map(({ host, port }) => ({ host, port })),
          ...(target.masterName === undefined ? {} : { name: target.masterName }),
          enableTLSForSentinelMode: target.tls,
          ...(target.tls ? { sentinelTLS: settings.tls ?? {} } : {}),
          sentinelRetryStrategy: () => null,
        }
      : first === undefined
        ? {}
        : { host: first.host, port: first.port };
  const options: RedisOptions = {
    ...place,
    ...credentials(settings),
    db: target.db,
    connectTimeout: settings.connectTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    retryStrategy: null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    // After a failover the old server is read-only: the connection is dropped and the new one found.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
  return new Redis({ ...options, replyMapping: 'legacy' });
}

function credentials(
  settings: DriverSettings,
): Pick<CommonRedisOptions, 'connectionName' | 'username' | 'password'> & { tls?: ConnectionOptions } {
  const { target } = settings;
  return {
    connectionName: settings.connectionName,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: settings.tls ?? {} } : {}),
  };
}
