import { createDatabase, type Database } from '@zaphub/db';
import {
  compileTemplate,
  createDeletionHandler,
  createExportHandler,
  createFailpoints,
  createLocalFileStore,
  createRecountHandler,
  createSendEffects,
  createHealthCounter,
  createSendingEngine,
  type Failpoints,
  type FileStore,
  type HealthCounter,
  ledgerConnectionString,
  noFailpoints,
  type ProgressPublisher,
  type SendingEngine,
  startProgressPublisher,
  startReconciler,
  startRelay,
} from '@zaphub/features';
import {
  type AnyPlugin,
  definePlugin,
  defineStats,
  defineTasks,
  type DurableTasks,
  type TaskHandlers,
} from '@zaphub/kernel';
import { forgetConnections } from '@zaphub/providers';
import { createDurableTasks, createQueues, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import { AppError } from '@zaphub/types';
import type { WorkerConfig } from '../config.ts';
import { checkClock } from './check-clock.ts';
import { consumeJobs } from './consume-jobs.ts';
import { countTurns } from './count-turns.ts';
import { defineDirect } from './define-direct.ts';
import { defineFence } from './define-fence.ts';
import { defineOperations } from './define-operations.ts';
import { defineProviders, providerOf } from './define-providers.ts';
import { defineSessions } from './define-sessions.ts';
import { defineInbound } from './define-inbound.ts';
import { defineWebhookDelivery } from './define-webhook-delivery.ts';
import { defineWebhookWork } from './define-webhook-work.ts';
import { reconcileSteps } from './reconcile-steps.ts';

/** Connections for turns: a lane uses a few at once, and waits a moment when others are quicker. */
const ledgerConnections = 10;
const otherConnections = 6;

/** Says how the parts of the worker hang together; nothing opens here. */
export function defineWorkerPlugins(config: WorkerConfig, logger: Logger): readonly AnyPlugin[] {
  const failpoints: Failpoints = config.failpoint ? createFailpoints(config.failpoint) : noFailpoints;
  const openDatabase = (
    connectionString: string,
    applicationName: string,
    maxConnections: number,
  ): Database =>
    createDatabase({
      connectionString,
      applicationName,
      maxConnections,
      onConnectionLost: (error) => logger.warn('a database connection was lost', { error }),
    });

  const database = definePlugin<Database>({
    name: 'database',
    start: async () => {
      const db = openDatabase(config.databaseUrl, 'zaphub-worker', otherConnections);
      await checkClock(db, logger).catch(async (error: unknown) => {
        await db.close();
        throw error;
      });
      return { api: db, close: () => db.close() };
    },
  });

  const ledger = definePlugin<Database>({
    name: 'ledger',
    start: async () => {
      const url = ledgerConnectionString(config.databaseUrl);
      const db = openDatabase(url, 'zaphub-engine', ledgerConnections);
      // Opened before the first turn needs them: logging in costs more than what it then does.
      await Promise.all(Array.from({ length: config.streams + 1 }, () => db.ping())).catch(
        async (error: unknown) => {
          await db.close();
          throw error;
        },
      );
      return { api: db, close: () => db.close() };
    },
  });

  const queues = definePlugin<Queues>({
    name: 'queues',
    start: async () => {
      const opened = await createQueues({
        backend: config.queues,
        logger,
        lockMs: config.queueLockMs,
        consumes: config.queueNames,
      });
      return { api: opened, close: ({ remainingMs }) => opened.close({ deadlineMs: remainingMs / 2 }) };
    },
  });

  const files = definePlugin<FileStore>({
    name: 'files',
    start: () => ({ api: createLocalFileStore(config.filesDir) }),
  });

  const stats = defineStats();
  const durable = definePlugin<DurableTasks, { queues: typeof queues }>({
    name: 'task-store',
    dependsOn: { queues },
    start: (apis) => ({ api: createDurableTasks(apis.queues) }),
  });
  const handlers = definePlugin<TaskHandlers, { database: typeof database; files: typeof files }>({
    name: 'task-handlers',
    dependsOn: { database, files },
    start: (apis) => {
      const deps = { db: apis.database, files: apis.files, logger };
      return {
        api: {
          'campaign.recount': createRecountHandler(deps),
          'tenant.export': createExportHandler(deps),
          'tenant.delete': createDeletionHandler({
            ...deps,
            forgetConnections: (ids) => forgetConnections(config.simulator.journalDir, ids),
          }),
        },
      };
    },
  });
  const tasks = defineTasks(
    { stats, durable, handlers },
    {
      onBacklog: (waiting) => logger.warn('more than 100 tasks wait', { waiting }),
      isFinal: (error) => error instanceof AppError && !error.retryable,
    },
    { concurrency: config.taskConcurrency },
  );

  const providers = defineProviders({ database }, config, failpoints);
  const fence = defineFence({ database }, { filesDir: config.filesDir, logger });

  const progress = definePlugin<ProgressPublisher, { database: typeof database }>({
    name: 'progress',
    dependsOn: { database },
    start: (apis) => {
      const publisher = startProgressPublisher({ db: apis.database, logger });
      return { api: publisher, close: () => publisher.close() };
    },
  });

  const health = definePlugin<HealthCounter, { database: typeof database }>({
    name: 'health',
    dependsOn: { database },
    start: (apis) => {
      const counter = createHealthCounter({ db: apis.database, logger });
      return { api: counter, close: () => counter.close() };
    },
  });

  const engine = definePlugin<
    SendingEngine,
    {
      fence: typeof fence;
      ledger: typeof ledger;
      providers: typeof providers;
      progress: typeof progress;
      health: typeof health;
      stats: typeof stats;
    }
  >({
    name: 'engine',
    dependsOn: { fence, ledger, providers, progress, health, stats },
    start: (apis) => {
      const made = createSendingEngine(
        {
          db: apis.ledger,
          providerFor: (kind) => providerOf(apis.providers, kind),
          compile: compileTemplate,
          logger,
          failpoints,
          health: apis.health,
          applyEffects: createSendEffects({ db: apis.ledger }),
          onProgress: (campaign) => apis.progress.changed(campaign),
          onFinished: (campaign) => apis.progress.changed(campaign),
        },
        { owner: config.owner, leaseMs: config.leaseMs, streams: config.streams },
      );
      return { api: countTurns(made, apis.stats), close: () => made.close() };
    },
  });

  const receipts = definePlugin<undefined, { engine: typeof engine; providers: typeof providers }>({
    name: 'receipts',
    dependsOn: { engine, providers },
    start: (apis) => {
      const stops = [...apis.providers.all.values()].map((provider) =>
        provider.onReceipt((batch) => apis.engine.applyReceipts(batch)),
      );
      return { api: undefined, close: async () => void (await Promise.all(stops.map((stop) => stop()))) };
    },
  });

  const relay = definePlugin<undefined, { database: typeof database; queues: typeof queues }>({
    name: 'relay',
    dependsOn: { database, queues },
    start: async (apis) => {
      const started = await startRelay({ db: apis.database, queues: apis.queues, logger, failpoints });
      return { api: undefined, close: () => started.close() };
    },
  });

  const consumers = definePlugin<
    undefined,
    { database: typeof database; engine: typeof engine; files: typeof files; queues: typeof queues }
  >({
    name: 'consumers',
    dependsOn: { database, engine, files, queues },
    start: async (apis) => {
      const stop = await consumeJobs(
        {
          db: apis.database,
          engine: apis.engine,
          queues: apis.queues,
          logger,
          files: apis.files,
          failpoints,
        },
        { lanes: config.lanes, owner: config.owner },
      );
      return { api: undefined, close: ({ remainingMs }) => stop(remainingMs / 2) };
    },
  });

  const reconciler = definePlugin<
    undefined,
    {
      database: typeof database;
      fence: typeof fence;
      ledger: typeof ledger;
      files: typeof files;
      providers: typeof providers;
      progress: typeof progress;
      tasks: typeof tasks;
    }
  >({
    name: 'reconciler',
    dependsOn: { database, fence, ledger, files, providers, progress, tasks },
    start: (apis) => {
      const steps = reconcileSteps({
        db: apis.database,
        files: apis.files,
        tasks: apis.tasks,
        logger,
        leaseMs: config.leaseMs,
        fence: apis.fence,
        engine: {
          db: apis.ledger,
          logger,
          deduplicating: new Set(
            [...apis.providers.all.values()].flatMap((provider) =>
              provider.abilities.deduplicates ? [provider.name] : [],
            ),
          ),
          onProgress: (campaign) => apis.progress.changed(campaign),
        },
      });
      const started = startReconciler({ db: apis.database, logger }, { steps, everyMs: config.reconcileMs });
      return { api: undefined, close: () => started.close() };
    },
  });

  const inbound = defineInbound({ database, providers });
  const shared = [
    database,
    fence,
    ledger,
    queues,
    files,
    stats,
    providers,
    progress,
    health,
    engine,
    receipts,
    inbound,
  ];
  const webhookWork = defineWebhookWork({ queues, providers, progress }, { config, logger });
  const webhookDelivery = defineWebhookDelivery({ database, queues }, { config, logger, failpoints });
  const ofQueues = [durable, handlers, tasks, relay, consumers, webhookWork, webhookDelivery, reconciler];
  const direct = defineDirect({ database, engine, queues }, logger);
  const ofConnections = defineSessions({ database, providers, engine, queues }, config, logger);
  return [
    ...shared,
    direct,
    ...defineOperations({ database, queues, stats }, config, logger),
    ...(config.roles.has('queues') ? ofQueues : []),
    ...(config.roles.has('connections') ? ofConnections : []),
  ];
}
