import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createCloudApi, cloudWebhooks, Secret } from '@zaphub/providers';
import { type GraphServer, type GraphServerOptions, startGraphServer } from '@zaphub/providers/testing';
import { silentLogger } from '@zaphub/telemetry';
import type { TestDatabase } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import { storeInbound } from '../conversations/index.ts';
import { createCredentialsKey, createKeyRing, writeCredentials } from '../credentials/index.ts';
import { createSendingEngine, type SendingEngine } from '../lanes/index.ts';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import { createSendEffects } from '../send-effects/index.ts';
import { compileTemplate } from '../templates/index.ts';
import { cloudAccountOf } from './cloud-account.ts';
import { createConnectionAccounts } from './connection-accounts.ts';
import { createWebhookStore } from './store-webhooks.ts';
import { createWebhookDoor, type WebhookRequest } from './webhook-door.ts';
import { workWebhooks } from './work-webhooks.ts';

/** A campaign on a number of the Cloud API, with Meta's side played over HTTP, in both directions. */
export interface CloudStage {
  readonly ledger: LedgerFixture;
  readonly graph: GraphServer;
  readonly engine: SendingEngine;
  /** Works on every webhook that waits; resolves when Meta has nothing more to bring and nothing waits. */
  settle(): Promise<void>;
  /** Resolves when the new one is in use. */
  setToken(token: string): Promise<void>;
  close(): Promise<void>;
}

const token = 'EAAB-the-right-token';
const appSecret = 'the secret of the app';

/** Opens everything on ports of its own. */
export async function openCloudStage(
  database: TestDatabase,
  options: { readonly recipients: number; readonly graph?: GraphServerOptions },
): Promise<CloudStage> {
  const keys = createKeyRing({ key: createCredentialsKey() });
  const ledger = await ledgerFixture(database, { recipients: options.recipients });
  const { db, scope, connectionId, tenantId } = ledger;
  const accounts = await createConnectionAccounts({ db: database.api, keys });
  const store = createWebhookStore({ db: database.api, logger: silentLogger });
  const door = createWebhookDoor({ accounts, store, sources: [cloudWebhooks] });
  const receiver = await listen(door, toPublicId('connection', connectionId));
  const graph = await startGraphServer({
    token,
    appSecret,
    webhook: { url: receiver.url, statuses: ['sent', 'delivered', 'read'] },
    ...options.graph,
  });
  const setToken = async (value: string): Promise<void> => {
    const values = { access_token: new Secret(value) };
    await db.tenant(scope, (tx) => writeCredentials(tx, keys, scope, { connectionId, values }));
    // Heard of by NOTIFY.
    while ((await accounts.find(connectionId))?.secrets['access_token']?.reveal() !== value) await pause(5);
  };
  await db.tenant(scope, async (tx) => {
    const settings = { phone_number_id: graph.phoneNumberId, business_account_id: graph.businessAccountId };
    await tx.run(`update connections set provider = 'cloud-api', settings = $2 where id = $1`, [
      connectionId,
      JSON.stringify(settings),
    ]);
    const values = { app_secret: new Secret(appSecret) };
    await writeCredentials(tx, keys, scope, { connectionId, values });
  });
  await setToken(token);
  const provider = createCloudApi(
    { accountFor: async (id) => cloudAccountOf(await accounts.find(id)) },
    { baseUrl: graph.url },
  );
  const engine = createSendingEngine(
    {
      db,
      providerFor: () => provider,
      compile: compileTemplate,
      logger: silentLogger,
      applyEffects: createSendEffects({ db }),
    },
    { owner: 'test', turnMs: 1_000 },
  );
  const work = async (): Promise<number> => {
    const deps = { db, sources: [cloudWebhooks], storeInbound, logger: silentLogger };
    const { signal } = new AbortController();
    let worked = 0;
    for (const kind of ['status', 'receive'] as const) {
      worked += (await workWebhooks(deps, { tenantId, connectionId, kind }, { signal })).worked;
    }
    return worked;
  };
  return {
    ledger,
    graph,
    engine,
    setToken,
    async settle() {
      await graph.idle();
      while ((await work()) > 0);
    },
    async close() {
      await engine.close();
      await provider.close();
      await graph.close();
      await receiver.close();
      await store.close();
      await accounts.close();
    },
  };
}

/** What the api's address does, and no more. */
async function listen(
  door: ReturnType<typeof createWebhookDoor>,
  connectionId: string,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer((incoming, reply) => {
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value[0] : value,
      ]),
    );
    const body = async (): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    const request: WebhookRequest = {
      method: incoming.method ?? '',
      provider: 'cloud-api',
      connectionId,
      query: {},
      headers,
      body,
    };
    door(request).then(
      ({ kind }) => reply.writeHead(kind === 'taken' ? 200 : 401).end(),
      () => reply.writeHead(503).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    // A TCP server has an address of this shape.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
