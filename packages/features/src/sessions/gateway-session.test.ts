import { createWuzapi, Secret, wuzapiAccountOf, type Wuzapi } from '@zaphub/providers';
import { startWuzapiServer, type WuzapiServer } from '@zaphub/providers/testing/wuzapi';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import type { ConnectionStatus } from '@zaphub/types';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing, writeCredentials } from '../credentials/index.ts';
import { connectSession } from './actions/connect-session.ts';
import { createSessionConnection, readStatus, until } from './session-fixture.ts';
import { startSessionKeeper } from './session-keeper.ts';
import { listenForSessionNews, tellSessionNews } from './session-news.ts';

const database = useTestDatabase();
const ring = createKeyRing({ key: createCredentialsKey() });
const pace = { pollMs: 20, pairingPollMs: 10, graceMs: 200, settleMs: 60 };

let closers: (() => Promise<unknown>)[];
let tenant: TestTenant;
let gateway: WuzapiServer;
let provider: Wuzapi;
let connectionId: string;
beforeEach(async () => {
  closers = [];
  tenant = await createTenant(database.system);
  connectionId = await createSessionConnection(database.system, tenant, {
    provider: 'wuzapi',
    place: 'gateway',
  });
  gateway = await startWuzapiServer();
  closers.push(() => gateway.close());
  const secrets = { token: gateway.token, hmac_key: 'k'.repeat(32) };
  await database.system.system(async (tx) => {
    await tx.run('update connections set settings = $2 where id = $1', [
      connectionId,
      JSON.stringify({ base_url: gateway.url }),
    ]);
    const values = { token: new Secret(secrets.token), hmac_key: new Secret(secrets.hmac_key) };
    await writeCredentials(tx, ring, tenant.scope, { connectionId, values });
  });
  const account = wuzapiAccountOf({ base_url: gateway.url, ...secrets });
  provider = createWuzapi(
    { accountFor: () => account, webhookUrlFor: () => 'http://127.0.0.1:9/' },
    { session: pace },
  );
  closers.push(() => provider.close());
  const keeper = await startSessionKeeper(
    { db: database.system, ring, providers: new Map([['wuzapi', provider]]), logger: silentLogger },
    { owner: 'a', times: { leaseMs: 1_000, renewMs: 60, marginMs: 200, pingMs: 40, backoff: () => 30 } },
  );
  closers.push(() => keeper.close());
  await database.api.tenant(tenant.scope, (tx) => connectSession(tx, tenant.scope, { connectionId }));
});
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
});

const becomes = (status: ConnectionStatus): Promise<{ cause: string | null }> =>
  until(
    () => readStatus(database.system, connectionId),
    (now) => now.status === status,
  );

test('a number behind a gateway shows its code, connects, and outlives a restart of the gateway', async () => {
  await becomes('qr');
  gateway.number.pair();
  await becomes('connected');
  expect(gateway.webhook?.hmacKey).toBe('k'.repeat(32));
  gateway.number.forget();
  await becomes('reconnecting');
  await becomes('connected');
});

test('what a webhook says of a session reaches the process that keeps it, and a ban is a ban', async () => {
  const listener = await listenForSessionNews(
    { db: database.system, logger: silentLogger },
    (id, event) => void provider.takeSessionEvent(id, event),
  );
  closers.push(() => listener.close());
  await becomes('qr');
  gateway.number.pair();
  await becomes('connected');
  const value = { code: 101, expire: 7_200_000_000_000 };
  const notice = { key: 'k', field: 'session', event: 'TemporaryBan', value };
  await database.system.system((tx) => tellSessionNews(tx, tenant.scope, connectionId, [notice]));
  await becomes('banned');
});

test('a number that its phone logged out is logged out, not connected again', async () => {
  await becomes('qr');
  gateway.number.pair();
  await becomes('connected');
  gateway.number.logOut();
  await becomes('logged_out');
});
