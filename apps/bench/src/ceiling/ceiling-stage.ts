import { once } from 'node:events';
import { join } from 'node:path';
import { createDatabase, type Database, type TenantScope } from '@zaphub/db';
import { createCredentialsKey, createKeyRing, writeCredentials } from '@zaphub/features';
import { Secret } from '@zaphub/providers';
import { freePort } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import { z } from 'zod';
import { fillTenant } from '../bench-tenant.ts';
import { endChild, type HttpChild, startHttpChild } from '../http-child.ts';
import { jwtSecret } from '../mint-token.ts';
import { startProduct, untilReady } from '../product-process.ts';
import { openStage, type Stage } from '../send/stage.ts';
import { createProcessorClock, type ProcessorTime } from './processor-time.ts';

/** What Meta's side has seen. */
export type NetworkCounts = z.infer<typeof networkCounts>;

/** An api, a worker and Meta's side in processes of their own, with one number of the Cloud API. */
export interface CeilingStage {
  readonly db: Database;
  readonly scope: TenantScope;
  network(): Promise<NetworkCounts>;
  /** Of the api, the worker, Postgres and Meta's side since each was started. */
  processorTime(): Promise<ProcessorTime>;
  /** Kills a process with SIGKILL and starts it again. */
  kill(name: 'api' | 'worker'): Promise<void>;
  close(): Promise<void>;
}

const networkCounts = z.object({
  people: z.number(),
  /** Requests beyond the first for one message. */
  duplicates: z.number(),
  /** Ticks whose webhooks are not due yet. */
  waiting: z.number(),
  taken: z.number(),
  retried: z.number(),
  pending: z.number(),
});
const appSecret = 'the secret that signs webhooks';
const accessToken = 'the token that sends';
const settings = { phone_number_id: '100200300', business_account_id: '400500600' };
/** Requests of the number under way at once: what the worker's README says for one at this ceiling, and some less. */
export const requestsAtOnce = 200;
/** After a worker was killed, another goes on this much later. */
const leaseMs = '5000';

/** Starts everything; nothing is sent yet. */
export async function openCeilingStage(recipients: number): Promise<CeilingStage> {
  const stage = await openStage();
  const db = createDatabase({ connectionString: stage.urls.system, statementTimeoutMs: 0 });
  const key = createCredentialsKey();
  const { scope, connectionId } = await connectNumber(db, key, recipients);
  await stage.pool.query('vacuum analyze contacts');
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const network = await startHttpChild(join(import.meta.dirname, 'network-child.ts'), [
    JSON.stringify({
      webhookUrl: `${apiUrl}/webhooks/cloud-api/${toPublicId('connection', connectionId)}`,
      appSecret,
      accessToken,
      phoneNumberId: settings.phone_number_id,
      businessId: settings.business_account_id,
    }),
  ]);
  const envs = environments(stage, { port, key, networkUrl: network.url });
  const running = { api: startProduct('api', envs.api), worker: startProduct('worker', envs.worker) };
  await untilReady(`${apiUrl}/readyz`, running.api);
  // The process of a connection is how the server is found.
  const held = await stage.pool.connect();
  const backend = await held.query<{ pid: number }>('select pg_backend_pid() as pid');
  const clock = await createProcessorClock(
    { api: () => running.api.pid, worker: () => running.worker.pid, network: () => network.process.pid },
    backend.rows[0]?.pid ?? 0,
  );
  held.release();
  return {
    db,
    scope,
    network: () => askNetwork(network),
    processorTime: () => clock.read(),
    async kill(name) {
      await clock.keep(name);
      const gone = once(running[name], 'exit');
      running[name].kill('SIGKILL');
      await gone;
      running[name] = startProduct(name, envs[name]);
    },
    async close() {
      await network.close();
      await Promise.all([endChild(running.api), endChild(running.worker)]);
      await db.close();
      await stage.close();
    },
  };
}

async function connectNumber(
  db: Database,
  key: Secret,
  recipients: number,
): Promise<{ scope: TenantScope; connectionId: string }> {
  const scope = await fillTenant(db, recipients);
  const connectionId = await db.tenant(scope, async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `update connections set provider = 'cloud-api', settings = $2 where tenant_id = $1 returning id`,
      [scope.tenantId, JSON.stringify(settings)],
    );
    const values = { access_token: new Secret(accessToken), app_secret: new Secret(appSecret) };
    await writeCredentials(tx, createKeyRing({ key }), scope, { connectionId: id, values });
    return id;
  });
  return { scope, connectionId };
}

function environments(
  { urls, homeDir }: Stage,
  { port, key, networkUrl }: { port: number; key: Secret; networkUrl: string },
): Record<'api' | 'worker', Record<string, string>> {
  const shared = {
    ZAPHUB_CREDENTIALS_KEY: key.reveal(),
    ZAPHUB_FILES_DIR: join(homeDir, 'files'),
    REDIS_URL: '',
  };
  return {
    api: {
      ...shared,
      ZAPHUB_PORT: String(port),
      DATABASE_API_URL: urls.api,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'none',
      SUPABASE_JWT_SECRET: jwtSecret,
    },
    worker: {
      ...shared,
      DATABASE_SYSTEM_URL: urls.system,
      CLOUD_API_URL: networkUrl,
      CLOUD_API_MAX_IN_FLIGHT: String(requestsAtOnce),
      LEASE_MS: leaseMs,
      SIMULATOR_JOURNAL_DIR: join(homeDir, 'journal'),
      LOG_LEVEL: 'error',
    },
  };
}

async function askNetwork({ process: child }: HttpChild): Promise<NetworkCounts> {
  const answered = once(child, 'message');
  child.send('counts');
  const [counts] = await answered;
  return networkCounts.parse(counts);
}
