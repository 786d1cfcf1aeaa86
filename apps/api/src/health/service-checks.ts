import type { Database } from '@zaphub/db';
import { listWorkers } from '@zaphub/features';
import type { Stats } from '@zaphub/kernel';
import type { RedisAdapter } from '@zaphub/redis';
import type { Finding, HealthCheck } from './health.ts';

/** What the checks look at outside of this process. */
export interface ServiceCheckDeps {
  readonly database: Database;
  /** Rejects while migrations are missing. */
  readonly checkMigrations: () => Promise<void>;
  readonly stats: Stats;
  /** By the name of its check; `undefined` where none is configured. */
  readonly redis: Readonly<Record<string, RedisAdapter | undefined>>;
  /** Optional parts of this process that run on their fallback. */
  readonly degradedPlugins: () => readonly string[];
}

/** Jobs that are due leave the outbox within seconds, if a worker runs. */
const longestOutboxWaitSeconds = 60;
const tooManyTasks = 100;
/** Whoever replaces a dead worker has another name: its line is no trouble for ever. */
const forgottenAfterSeconds = 600;

/** The database, its migrations, the jobs on their way to the queue, the workers, the tasks, Redis, and what did not start. */
export function serviceChecks(deps: ServiceCheckDeps): readonly HealthCheck[] {
  const { database, stats, redis } = deps;
  return [
    {
      name: 'database',
      isRequired: true,
      run: async () => {
        const askedAt = performance.now();
        await database.ping();
        return { status: 'ok', latency_ms: Math.round((performance.now() - askedAt) * 10) / 10 };
      },
    },
    {
      name: 'migrations',
      isRequired: true,
      run: async () => {
        await deps.checkMigrations();
        return { status: 'ok' };
      },
    },
    { name: 'queues', isRequired: false, run: () => checkOutbox(database) },
    { name: 'webhooks', isRequired: false, run: () => checkWebhooks(database) },
    { name: 'workers', isRequired: false, run: () => checkWorkers(database) },
    {
      name: 'tasks',
      isRequired: false,
      run: async () => {
        const found = await stats.getQueueStats();
        const counts = { pending: found?.pending ?? 0, processing: found?.processing ?? 0 };
        return counts.pending > tooManyTasks
          ? { status: 'degraded', reason: `${counts.pending} tasks wait`, ...counts }
          : { status: 'ok', ...counts };
      },
    },
    ...Object.entries(redis).flatMap(([name, each]) => (each === undefined ? [] : [redisCheck(name, each)])),
    {
      name: 'plugins',
      isRequired: false,
      run: () => {
        const names = deps.degradedPlugins();
        return names.length === 0
          ? { status: 'ok' }
          : { status: 'degraded', reason: `runs without ${names.join(', ')}`, degraded: names };
      },
    },
  ];
}

async function checkOutbox(database: Database): Promise<Finding> {
  const { waiting, oldest } = await database.system((tx) =>
    tx.one<{ waiting: number; oldest: number }>(
      'select waiting, oldest_seconds as oldest from app.outbox_lag()',
    ),
  );
  const details = { outbox_waiting: waiting, outbox_oldest_seconds: Math.round(oldest) };
  return oldest > longestOutboxWaitSeconds
    ? { status: 'degraded', reason: 'jobs wait to be queued: is a worker running?', ...details }
    : { status: 'ok', ...details };
}

/** Webhooks of networks are stored when they come, and worked on within seconds, if a worker runs. */
async function checkWebhooks(database: Database): Promise<Finding> {
  const { waiting, oldest, poison } = await database.system((tx) =>
    tx.one<{ waiting: number; oldest: number; poison: number }>(
      'select waiting, oldest_seconds as oldest, poison from app.webhook_lag()',
    ),
  );
  const details = { waiting, oldest_seconds: Math.round(oldest), not_understood: poison };
  return oldest > longestOutboxWaitSeconds
    ? { status: 'degraded', reason: 'webhooks wait to be worked on: is a worker running?', ...details }
    : { status: 'ok', ...details };
}

/** A worker that died is missed until its line is old; that none was ever started shows in what waits. */
async function checkWorkers(database: Database): Promise<Finding> {
  const workers = await listWorkers(database);
  const silent = workers.filter(({ isAlive }) => !isAlive);
  const missed = silent.filter(({ silentSeconds }) => silentSeconds < forgottenAfterSeconds);
  const details = { alive: workers.length - silent.length, silent: missed.length };
  return missed.length > 0
    ? { status: 'degraded', reason: `${missed.map(({ owner }) => owner).join(', ')} fell silent`, ...details }
    : { status: 'ok', ...details };
}

function redisCheck(name: string, redis: RedisAdapter): HealthCheck {
  return {
    name,
    isRequired: false,
    run: async () => {
      const { state, problem, latencyMs, version, warnings } = await redis.check();
      const details = { state, latency_ms: latencyMs, version, warnings };
      return state === 'ready'
        ? { status: 'ok', ...details }
        : {
            status: state === 'down' ? 'failed' : 'degraded',
            reason: problem ?? `Redis is ${state}`,
            ...details,
          };
    },
  };
}
