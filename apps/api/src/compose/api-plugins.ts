import { createDatabase, type Database } from '@zaphub/db';
import {
  createCursorCodec,
  createLocalFileStore,
  createTaskLedger,
  type FileStore,
  routes,
  sweepUnfinished,
} from '@zaphub/features';
import {
  type AnyPlugin,
  createContextBuilder,
  definePlugin,
  defineStats,
  defineTasks,
  type DurableTasks,
  type Plugin,
  type TaskHandlers,
} from '@zaphub/kernel';
import type { Logger } from '@zaphub/telemetry';
import type { ApiConfig } from '../config.ts';
import { defineAuth } from '../context/define-auth.ts';
import { definePlan } from '../context/define-plan.ts';
import { defineTenant } from '../context/define-tenant.ts';
import { type Dashboard, loadDashboard } from '../dashboard/load-dashboard.ts';
import { createApp } from '../http/create-app.ts';
import { listen, type ListeningServer } from '../http/listen.ts';
import { createRequestLimiter, type RequestLimiter } from '../http/rate-limit.ts';
import { createSupabaseProxy } from '../http/supabase-proxy.ts';
import { takeWebhooks } from '../http/webhooks.ts';
import { createSharedReads } from '../http/shared-reads.ts';
import { defineCache } from './define-cache.ts';
import { defineEvents } from './define-events.ts';
import { defineRedis } from './define-redis.ts';
import { defineWebhooks } from './define-webhooks.ts';
import { defineTenantDirectory } from './define-tenant-directory.ts';
import { createHealth } from '../health/health.ts';
import { createProcessChecks } from '../health/process-checks.ts';
import { serviceChecks } from '../health/service-checks.ts';
import { openQueueAccess } from './open-queue-access.ts';
import { createMigrationCheck } from './migration-check.ts';

/** The parts of the api process; `http` is the one that serves. */
export interface ApiPlugins {
  readonly all: readonly AnyPlugin[];
  readonly http: Plugin<ListeningServer>;
}

/** How long a request may go on after the server wants to close, before it is cut off and the rest closes. */
const reserveMs = 1000;
/** An upload that nothing has been written to for so long has no process any more. */
const longestUploadMs = 3_600_000;

/** Says how the parts of the api hang together; nothing opens here. */
export function defineApiPlugins(
  config: ApiConfig,
  logger: Logger,
  /** Names of the parts that run on their fallback; the kernel's. */
  degradedPlugins: () => readonly string[] = () => [],
): ApiPlugins {
  const database = definePlugin<Database>({
    name: 'database',
    start: async () => {
      const db = createDatabase({
        connectionString: config.databaseUrl,
        maxConnections: config.maxConnections,
        applicationName: 'zaphub-api',
        onConnectionLost: (error) => logger.warn('a database connection was lost', { error }),
      });
      await db.ping().catch(async (error: unknown) => {
        await db.close();
        throw error;
      });
      return { api: db, close: () => db.close() };
    },
  });

  const redis = defineRedis(config, logger);
  const cache = defineCache({ redis }, logger);
  const redisEvents = defineRedis(config, logger, 'events');
  const events = defineEvents({ database, redis: redisEvents }, config, logger);
  const webhooks = defineWebhooks({ database }, config, logger);

  const files = definePlugin<FileStore>({
    name: 'files',
    start: () => {
      // Beside the start, not before it: a full disk is when this matters, and a slow one must not delay the port.
      sweepUnfinished(config.filesDir, { idleMs: longestUploadMs }).then(
        (removed) => removed > 0 && logger.info('removed unfinished uploads', { removed }),
        (error: unknown) => logger.warn('could not look for unfinished uploads', { error }),
      );
      return { api: createLocalFileStore(config.filesDir) };
    },
  });

  const dashboard = definePlugin<Dashboard>({
    name: 'dashboard',
    start: async () => {
      const loaded = await loadDashboard(config.webDir);
      if (loaded.files.size === 0) logger.warn('the dashboard was not built; only the API is served');
      return { api: loaded };
    },
  });

  const stats = defineStats();
  const durable = definePlugin<DurableTasks, { database: typeof database }>({
    name: 'task-ledger',
    dependsOn: { database },
    start: (apis) => ({ api: createTaskLedger(apis.database) }),
  });
  const handlers = definePlugin<TaskHandlers>({
    name: 'task-handlers',
    // Tasks are added and asked for here; the worker does them.
    start: () => ({ api: undefined }),
  });
  const tasks = defineTasks(
    { stats, durable, handlers },
    { onBacklog: (waiting) => logger.warn('more than 100 tasks wait: is a worker running?', { waiting }) },
  );

  const auth = defineAuth(config.tokens);
  const tenant = defineTenant({ database, auth });
  const tenants = defineTenantDirectory({ database, cache });
  const plan = definePlan({ tenants, tenant });

  const http = definePlugin<
    ListeningServer,
    {
      database: typeof database;
      redis: typeof redis;
      redisEvents: typeof redisEvents;
      cache: typeof cache;
      events: typeof events;
      files: typeof files;
      dashboard: typeof dashboard;
      auth: typeof auth;
      tenant: typeof tenant;
      plan: typeof plan;
      tenants: typeof tenants;
      stats: typeof stats;
      tasks: typeof tasks;
      webhooks: typeof webhooks;
    }
  >({
    name: 'http',
    dependsOn: {
      database,
      redis,
      redisEvents,
      cache,
      events,
      files,
      dashboard,
      auth,
      tenant,
      plan,
      tenants,
      stats,
      tasks,
      webhooks,
    },
    start: async (apis) => {
      const closing = new AbortController();
      let isClosing = false;
      const limiter = (name: string, perMinute: number): RequestLimiter =>
        createRequestLimiter({ redis: apis.redis, logger }, { name, perMinute });
      const proxy = createSupabaseProxy(config.supabase.url, {
        reading: limiter('supabase', config.requestsPerMinute),
        signingIn: limiter('sign-in', config.signInsPerMinute),
      });
      const measured = createProcessChecks();
      const queueAccess = config.queues && openQueueAccess(config.queues, logger);
      const health = createHealth([
        ...serviceChecks({
          database: apis.database,
          checkMigrations: createMigrationCheck(config),
          stats: apis.stats,
          redis: { redis: apis.redis, redis_events: apis.redisEvents },
          degradedPlugins,
        }),
        ...measured.checks,
      ]);
      const app = createApp({
        config,
        logger,
        proxy,
        registry: routes,
        dashboard: apis.dashboard,
        publicConfig: {
          supabase_url: '',
          supabase_key: config.supabase.publishableKey,
          version: config.version,
          providers: [...config.providers],
        },
        system: {
          health,
          isClosing: () => isClosing,
          streams: () => apis.events.size(),
        },
        webhooks: {
          door: apis.webhooks.door,
          limiter: limiter('webhooks', config.requestsPerMinute),
          logger,
        },
        operators: {
          token: config.operatorToken,
          stats: apis.stats,
          health,
          hub: apis.events,
          cache: apis.cache,
          redis: apis.redis,
          queues: queueAccess,
        },
        engine: {
          app: {
            db: apis.database,
            files: apis.files,
            hub: apis.events,
            tasks: apis.tasks,
            tenants: apis.tenants,
            logger,
            credentials: config.credentials,
            webhookTargets: { allowsPrivate: config.allowsPrivateWebhooks },
            providers: config.providers,
          },
          contexts: createContextBuilder({ auth, tenant, plan }, apis, {
            onTrouble: (plugin, what, error) =>
              logger.debug('a part of a request is missing', { plugin, what, error }),
          }),
          limiter: limiter('api', config.requestsPerMinute),
          perMinute: config.tenantRequestsPerMinute,
          cursors: createCursorCodec(config.cursorSecret),
          reads: createSharedReads(),
          closing: closing.signal,
        },
      });
      const server = await listen(takeWebhooks(apis.webhooks, app), config);
      return {
        api: server,
        close: async ({ remainingMs }) => {
          isClosing = true;
          // Streams say goodbye before the server looks for connections that are not in the middle of an answer.
          const streamsEnded = apis.events.close();
          const closed = server.close(Math.max(0, remainingMs - reserveMs));
          await streamsEnded;
          await closed;
          closing.abort(new Error('the server has closed'));
          proxy.close();
          measured.close();
          await queueAccess?.close();
        },
      };
    },
  });

  return {
    all: [
      database,
      redis,
      redisEvents,
      cache,
      events,
      webhooks,
      files,
      dashboard,
      stats,
      durable,
      handlers,
      tasks,
      auth,
      tenant,
      tenants,
      plan,
      http,
    ],
    http,
  };
}
