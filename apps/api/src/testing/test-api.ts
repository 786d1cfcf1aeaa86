import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@zaphub/db';
import {
  createCursorCodec,
  createLocalFileStore,
  createTaskLedger,
  type FileStore,
  type Route,
  routes,
} from '@zaphub/features';
import {
  createContextBuilder,
  createKernel,
  createStats,
  createTaskQueue,
  definePlugin,
} from '@zaphub/kernel';
import {
  createEventHub,
  createPostgresEventLog,
  type EventHub,
  type EventHubOptions,
} from '@zaphub/realtime';
import type { QueueBackendOptions } from '@zaphub/queues';
import { type Logger, silentLogger } from '@zaphub/telemetry';
import { type TestUrls, useTestDatabase } from '@zaphub/testing';
import { connectionProvider, type Plan } from '@zaphub/types';
import type { Express } from 'express';
import { afterAll, beforeAll } from 'vitest';
import { defineCache } from '../compose/define-cache.ts';
import { defineRedis } from '../compose/define-redis.ts';
import { openQueueAccess } from '../compose/open-queue-access.ts';
import { defineTenantDirectory } from '../compose/define-tenant-directory.ts';
import { defineAuth } from '../context/define-auth.ts';
import { definePlan } from '../context/define-plan.ts';
import { defineTenant } from '../context/define-tenant.ts';
import { type Dashboard, loadDashboard } from '../dashboard/load-dashboard.ts';
import { createApp } from '../http/create-app.ts';
import { createHealth, type HealthCheck } from '../health/health.ts';
import { createProcessChecks } from '../health/process-checks.ts';
import { serviceChecks } from '../health/service-checks.ts';
import { listen, type ListeningServer } from '../http/listen.ts';
import { createRequestLimiter, type RequestLimiter } from '../http/rate-limit.ts';
import { createSupabaseProxy } from '../http/supabase-proxy.ts';
import { createSharedReads } from '../http/shared-reads.ts';
import { hearStatements } from './heard-database.ts';
import { mintToken, testSecret } from './mint-token.ts';
import { testKeyRing } from './test-key-ring.ts';

export interface TestApiOptions {
  readonly registry?: readonly Route[];
  readonly requestsPerMinute?: number;
  readonly planRequestsPerMinute?: Readonly<Record<Plan, number>>;
  readonly signInsPerMinute?: number;
  readonly supabaseUrl?: () => string;
  /** Where the cache and the allowances are shared; each api has its own when absent. */
  readonly redisUrl?: () => string;
  /** Another api, whose database this one uses too: a second instance. */
  readonly beside?: TestApi;
  readonly webDir?: string;
  readonly hub?: EventHubOptions;
  readonly membershipsKeepMs?: number;
  /** What is checked besides the database. */
  readonly checks?: readonly HealthCheck[];
  readonly operatorToken?: string;
  /** The way to the queues that operators have; none when absent. */
  readonly queues?: (urls: TestUrls) => QueueBackendOptions;
  readonly onBacklog?: (waiting: number) => void;
  readonly logger?: Logger;
  readonly trustProxy?: false | number;
}

export interface TestCall {
  readonly method?: string;
  /** A user's id: a token is minted for them. */
  readonly as?: string;
  /** A public tenant id. */
  readonly tenant?: string;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** The real app over a real database on a port of its own, for the tests of one file. */
export interface TestApi {
  readonly url: string;
  readonly app: Express;
  readonly api: Database;
  readonly system: Database;
  readonly hub: EventHub;
  readonly files: FileStore;
  readonly urls: TestUrls;
  /** What the app has asked the database since the last time, without values; the event hub's own questions left out. */
  takeStatements(): string[];
  /** Calls an address below the origin, such as `/api/v1/me`. */
  call(path: string, options?: TestCall): Promise<Response>;
}

interface Opened {
  files: FileStore;
  app: Express;
  hub: EventHub;
  server: ListeningServer;
  takeStatements(): string[];
  close(): Promise<void>;
}

/** Starts the api before the first test of this file and closes it after the last. */
export function useTestApi(options: TestApiOptions = {}): TestApi {
  const database = options.beside ?? useTestDatabase();
  let opened: Opened | undefined;
  beforeAll(async () => {
    opened = await open(database.api, options, database.urls);
  });
  afterAll(async () => {
    await opened?.close();
  });
  const get = (): Opened => {
    if (!opened) throw new Error('the test api exists only inside tests and hooks');
    return opened;
  };
  return {
    get url() {
      return get().server.url;
    },
    get app() {
      return get().app;
    },
    get hub() {
      return get().hub;
    },
    get files() {
      return get().files;
    },
    get api() {
      return database.api;
    },
    get system() {
      return database.system;
    },
    get urls() {
      return database.urls;
    },
    takeStatements: () => get().takeStatements(),
    call: (path, call) => send(get().server.url + path, call),
  };
}

async function send(url: string, call: TestCall = {}): Promise<Response> {
  const headers = new Headers(call.headers);
  if (call.as !== undefined) headers.set('authorization', `Bearer ${await mintToken(call.as)}`);
  if (call.tenant !== undefined) headers.set('x-tenant-id', call.tenant);
  if (call.json !== undefined) headers.set('content-type', 'application/json');
  const body = call.json === undefined ? call.body : JSON.stringify(call.json);
  return fetch(url, {
    method: call.method ?? 'GET',
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
}

async function open(api: Database, options: TestApiOptions, urls: TestUrls): Promise<Opened> {
  const filesDir = await mkdtemp(join(tmpdir(), 'zaphub-api-test-'));
  const files = createLocalFileStore(filesDir);
  const hub = await createEventHub(
    { log: createPostgresEventLog(api), random: () => 0.5 },
    { recheckMs: 200, ...options.hub },
  );
  const heard = hearStatements(api);
  const logger = options.logger ?? silentLogger;
  const requestsPerMinute = options.requestsPerMinute ?? 1_000_000;
  const dashboard: Dashboard = await loadDashboard(options.webDir ?? join(filesDir, 'no-dashboard'));
  const closing = new AbortController();
  const stats = createStats();
  const tasks = createTaskQueue({
    stats,
    durable: createTaskLedger(heard.db),
    onBacklog: options.onBacklog ?? (() => undefined),
  });
  stats.watchQueue(() => tasks.getQueueStats());
  const database = definePlugin<Database>({ name: 'database', start: () => ({ api: heard.db }) });
  const auth = defineAuth({
    keys: { kind: 'secret', secret: testSecret },
    issuer: undefined,
    audience: 'authenticated',
  });
  const tenant = defineTenant({ database, auth }, { keepMs: options.membershipsKeepMs ?? 0 });
  const redis = defineRedis({ redisUrl: options.redisUrl?.() }, logger);
  const cache = defineCache({ redis }, logger);
  // Not heard: whether a tenant is remembered is chance.
  const unheard = definePlugin<Database>({ name: 'directory-database', start: () => ({ api }) });
  const tenants = defineTenantDirectory({ database: unheard, cache });
  const plan = definePlan({ tenants, tenant });
  const kernel = createKernel([database, unheard, auth, tenant, redis, cache, tenants, plan]);
  await kernel.start();
  const measured = createProcessChecks();
  const backend = options.queues?.(urls);
  const queueAccess = backend && openQueueAccess(backend, logger);
  const health = createHealth([
    ...serviceChecks({
      database: api,
      checkMigrations: () => Promise.resolve(),
      stats,
      redis: { redis: kernel.api(redis) },
      degradedPlugins: () => kernel.degraded(),
    }),
    ...measured.checks,
    ...(options.checks ?? []),
  ]);
  const limiter = (name: string, perMinute: number): RequestLimiter =>
    createRequestLimiter({ redis: kernel.api(redis), logger }, { name, perMinute });
  const proxy = createSupabaseProxy(new URL(options.supabaseUrl?.() ?? 'http://127.0.0.1:9'), {
    reading: limiter('supabase', requestsPerMinute),
    signingIn: limiter('sign-in', options.signInsPerMinute ?? 1_000_000),
  });
  const app = createApp({
    config: { isHttps: false, trustProxy: options.trustProxy ?? false },
    publicConfig: {
      supabase_url: '',
      supabase_key: 'public key',
      version: 'test',
      providers: [...connectionProvider.options],
    },
    logger,
    registry: options.registry ?? routes,
    dashboard,
    proxy,
    system: {
      health,
      isClosing: () => false,
      streams: () => hub.size(),
    },
    operators: {
      token: options.operatorToken,
      stats,
      health,
      hub,
      cache: kernel.api(cache),
      redis: kernel.api(redis),
      queues: queueAccess,
    },
    engine: {
      app: {
        db: heard.db,
        files,
        hub,
        logger,
        tasks,
        tenants: kernel.api(tenants),
        credentials: testKeyRing,
        webhookTargets: { allowsPrivate: true },
        providers: new Set(connectionProvider.options),
      },
      contexts: createContextBuilder(
        { auth, tenant, plan },
        { auth: kernel.api(auth), tenant: kernel.api(tenant), plan: kernel.api(plan) },
      ),
      limiter: limiter('api', requestsPerMinute),
      perMinute: options.planRequestsPerMinute ?? {
        free: requestsPerMinute,
        pro: requestsPerMinute,
        enterprise: requestsPerMinute,
      },
      cursors: createCursorCodec(Buffer.alloc(32, 1)),
      reads: createSharedReads(),
      closing: closing.signal,
    },
  });
  const server = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    requestTimeoutMs: 30_000,
    headersTimeoutMs: 10_000,
  });
  return {
    app,
    files,
    hub,
    server,
    takeStatements: () => heard.take(),
    async close() {
      const streamsEnded = hub.close();
      const closed = server.close(2000);
      await streamsEnded;
      await closed;
      closing.abort();
      proxy.close();
      measured.close();
      await queueAccess?.close();
      await kernel.close();
      await rm(filesDir, { recursive: true, force: true });
    },
  };
}
