import type { Database } from '@zaphub/db';
import {
  cleanupSteps,
  createCleanupHandler,
  keepCleanupScheduled,
  type QueueWatch,
  startHeartbeat,
  watchQueues,
} from '@zaphub/features';
import { type AnyPlugin, definePlugin, type Plugin, type Stats } from '@zaphub/kernel';
import { maintenanceCleanup, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import type { WorkerConfig } from '../config.ts';
import { type NumbersServer, serveNumbers } from '../metrics/serve-numbers.ts';
import { workerMetrics } from '../metrics/worker-metrics.ts';

/** What keeps the worker in order and in sight: its heartbeat, its numbers, the watch over the queues, the cleanup. */
export function defineOperations(
  parts: {
    readonly database: Plugin<Database>;
    readonly queues: Plugin<Queues>;
    readonly stats: Plugin<Stats>;
  },
  config: WorkerConfig,
  logger: Logger,
): readonly AnyPlugin[] {
  const { database, queues, stats } = parts;
  const watch = definePlugin<QueueWatch, { database: typeof database; queues: typeof queues }>({
    name: 'queue-watch',
    dependsOn: { database, queues },
    start: (apis) => {
      const started = watchQueues({ queues: apis.queues, db: apis.database, logger });
      return { api: started, close: () => started.close() };
    },
  });

  const numbers = definePlugin<
    NumbersServer | undefined,
    { watch: typeof watch; queues: typeof queues; stats: typeof stats }
  >({
    name: 'numbers',
    dependsOn: { watch, queues, stats },
    start: async (apis) => {
      if (config.metricsPort === undefined) return { api: undefined };
      const server = await openNumbers(apis, config.metricsPort, logger);
      return { api: server, close: async () => server?.close() };
    },
  });

  const heartbeat = definePlugin<
    undefined,
    { database: typeof database; queues: typeof queues; numbers: typeof numbers; watch: typeof watch }
  >({
    name: 'heartbeat',
    dependsOn: { database, queues, numbers, watch },
    start: async (apis) => {
      const roles = [...config.roles, ...(config.queueNames ?? [])];
      const self = { owner: config.owner, roles, version: config.version, backend: config.queues.kind };
      const heart = await startHeartbeat({ db: apis.database, logger }, self, {
        numbers: () => {
          const activity = apis.queues.activity();
          return {
            running: activity.reduce((sum, { running }) => sum + running, 0),
            places: activity.reduce((sum, { places }) => sum + places, 0),
            alarms: apis.watch.alarms().length,
            ...(apis.numbers === undefined ? {} : { metrics_port: apis.numbers.port }),
          };
        },
      });
      return { api: undefined, close: () => heart.close() };
    },
  });

  const cleanup = definePlugin<undefined, { database: typeof database; queues: typeof queues }>({
    name: 'cleanup',
    dependsOn: { database, queues },
    start: async (apis) => {
      const steps = cleanupSteps({ db: apis.database, queues: apis.queues.admin });
      const handler = createCleanupHandler({ db: apis.database, logger, steps });
      const consumer = await apis.queues.consume(maintenanceCleanup, handler);
      const schedule = await keepCleanupScheduled({ queues: apis.queues, logger });
      return {
        api: undefined,
        close: async ({ remainingMs }) => {
          schedule.close();
          await consumer.close({ deadlineMs: remainingMs / 2 });
        },
      };
    },
  });

  return [watch, numbers, heartbeat, ...(config.roles.has('queues') ? [cleanup] : [])];
}

/** Numbers that nobody can fetch are no reason not to send: without the port the worker goes on and says so. */
async function openNumbers(
  apis: { readonly watch: QueueWatch; readonly queues: Queues; readonly stats: Stats },
  port: number,
  logger: Logger,
): Promise<NumbersServer | undefined> {
  const json = 'application/json; charset=utf-8';
  const { watch, queues, stats } = apis;
  const pages = {
    '/metrics': () => workerMetrics({ stats, watch, activity: () => queues.activity() }),
    '/livez': () => Promise.resolve({ type: json, text: '{"status":"ok"}' }),
    '/health': async () => {
      const reason = await queues.ping().then(
        () => undefined,
        () => 'the queues’ backend does not answer',
      );
      const alarms = watch.alarms();
      const status = reason !== undefined ? 'unavailable' : alarms.length > 0 ? 'degraded' : 'ok';
      return {
        status: reason === undefined ? 200 : 503,
        type: json,
        text: JSON.stringify({ status, reason, alarms, queues: watch.latest()?.queues ?? [] }),
      };
    },
  };
  try {
    const server = await serveNumbers(pages, port);
    logger.info('numbers are served', { port: server.port });
    return server;
  } catch (error) {
    logger.warn('the port for numbers cannot be used; the worker goes on without', { port, error });
    return undefined;
  }
}
