import type { Database } from '@zaphub/db';
import {
  createSessionCloseHandler,
  createSessionInitHandler,
  type KeyRing,
  listenForSessionNews,
  type SendingEngine,
  type SessionKeeper,
  startLaneBell,
  startSessionKeeper,
  usedKeyIds,
} from '@zaphub/features';
import { type AnyPlugin, definePlugin, type Plugin } from '@zaphub/kernel';
import { jobs, type Queues } from '@zaphub/queues';
import type { Logger } from '@zaphub/telemetry';
import type { WorkerConfig } from '../config.ts';
import type { Providers } from './define-providers.ts';

/**
 * The role `connections`: keeps the sessions of numbers that must be logged in, and takes the turns on the lanes of
 * those whose socket lives here.
 */
export function defineSessions(
  parts: {
    readonly database: Plugin<Database>;
    readonly providers: Plugin<Providers>;
    readonly engine: Plugin<SendingEngine>;
    readonly queues: Plugin<Queues>;
  },
  config: WorkerConfig,
  logger: Logger,
): readonly AnyPlugin[] {
  const { database, providers, engine, queues } = parts;
  const keeper = definePlugin<SessionKeeper, { database: typeof database; providers: typeof providers }>({
    name: 'sessions',
    dependsOn: { database, providers },
    start: async (apis) => {
      await checkKeys(apis.database, config.credentials, logger);
      const started = await startSessionKeeper(
        {
          db: apis.database,
          ring: config.credentials,
          providers: apis.providers.sessions,
          logger,
        },
        { owner: config.owner, maxSessions: config.maxSessions, times: { leaseMs: config.leaseMs } },
      );
      return { api: started, close: () => started.close() };
    },
  });

  const bell = definePlugin<
    undefined,
    { database: typeof database; engine: typeof engine; keeper: typeof keeper }
  >({
    name: 'lane-bell',
    dependsOn: { database, engine, keeper },
    start: async (apis) => {
      const started = await startLaneBell(
        { db: apis.database, engine: apis.engine, keeper: apis.keeper, logger },
        { owner: config.owner, lanes: config.lanes },
      );
      return { api: undefined, close: () => started.close() };
    },
  });

  const consumers = definePlugin<
    undefined,
    { database: typeof database; keeper: typeof keeper; queues: typeof queues }
  >({
    name: 'session-consumers',
    dependsOn: { database, keeper, queues },
    start: async (apis) => {
      const deps = { db: apis.database, keeper: apis.keeper };
      const started = await Promise.all([
        apis.queues.consume(jobs['session.init'], createSessionInitHandler(deps)),
        apis.queues.consume(jobs['session.close'], createSessionCloseHandler(deps)),
      ]);
      return {
        api: undefined,
        close: async ({ remainingMs }) => {
          await Promise.all(started.map((consumer) => consumer.close({ deadlineMs: remainingMs / 2 })));
        },
      };
    },
  });
  const news = definePlugin<
    undefined,
    { database: typeof database; keeper: typeof keeper; providers: typeof providers }
  >({
    name: 'session-news',
    dependsOn: { database, keeper, providers },
    start: async (apis) => {
      const { wuzapi } = apis.providers;
      const listener = await listenForSessionNews({ db: apis.database, logger }, (id, event) => {
        wuzapi.takeSessionEvent(id, event);
      });
      return { api: undefined, close: () => listener.close() };
    },
  });
  return [keeper, bell, news, consumers];
}

/** Says it at the start, and not when the first number fails, that what was sealed cannot be opened here. */
async function checkKeys(db: Database, ring: KeyRing, logger: Logger): Promise<void> {
  const missing = (await usedKeyIds(db)).filter((id) => !ring.has(id));
  if (missing.length === 0) return;
  logger.error(
    'credentials were sealed with a key that this process does not have: set ZAPHUB_CREDENTIALS_KEY, or add the old key to ZAPHUB_CREDENTIALS_PREVIOUS_KEYS',
    { key_ids: missing },
  );
}
