import {
  createConnectionAccounts,
  createCredentialsKey,
  createKeyRing,
  createWebhookDoor,
  createWebhookStore,
  writeCredentials,
} from '@zaphub/features';
import { cloudWebhooks, Secret } from '@zaphub/providers';
import { signatureOf } from '@zaphub/providers/testing';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { AppError, toPublicId } from '@zaphub/types';
import express from 'express';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { answerErrors, notFound } from './errors.ts';
import { listen, type ListeningServer } from './listen.ts';
import { createRequestLimiter } from './rate-limit.ts';
import { takeWebhooks, webhookEndpoints } from './webhooks.ts';

const database = useTestDatabase();
const keys = createKeyRing({ key: createCredentialsKey() });
const appSecret = 'a secret of sixteen';
const refusalsPerMinute = 30;
let server: ListeningServer;
let address: string;
let close: () => Promise<void>;

beforeAll(async () => {
  const accounts = await createConnectionAccounts({ db: database.api, keys });
  const store = createWebhookStore({ db: database.api, logger: silentLogger });
  const app = express();
  const parts = {
    door: createWebhookDoor({ accounts, store, sources: [cloudWebhooks] }),
    limiter: createRequestLimiter(
      { logger: silentLogger },
      { name: 'webhooks', perMinute: refusalsPerMinute },
    ),
    logger: silentLogger,
  };
  app.use(webhookEndpoints(parts));
  app.use(notFound);
  app.use(answerErrors(silentLogger));
  const times = { requestTimeoutMs: 30_000, headersTimeoutMs: 10_000 };
  server = await listen(takeWebhooks(parts, app), { host: '127.0.0.1', port: 0, ...times });
  const { connectionId, scope } = await createTenant(database.system);
  await database.system.tenant(scope, async (tx) => {
    await tx.run(`update connections set provider = 'cloud-api' where id = $1`, [connectionId]);
    const values = { app_secret: new Secret(appSecret), verify_token: new Secret('open sesame') };
    await writeCredentials(tx, keys, scope, { connectionId, values });
  });
  address = `/webhooks/cloud-api/${toPublicId('connection', connectionId)}`;
  close = async () => {
    await server.close(1_000);
    await store.close();
    await accounts.close();
  };
});
afterAll(() => close());

const post = (path: string, body: string | Uint8Array<ArrayBuffer>, signature?: string): Promise<Response> =>
  fetch(server.url + path, {
    method: 'POST',
    body,
    headers: { 'x-hub-signature-256': signature ?? signatureOf(body, appSecret) },
  });
const stored = (): Promise<number> => database.system.system((tx) => tx.run('select from webhook_inbox'));
const body = '{"object":"whatsapp_business_account","entry":[]}';

test('a genuine webhook is stored, byte for byte, and answered with nothing', async () => {
  const reply = await post(address, body);
  expect([reply.status, await reply.text()]).toEqual([200, '']);
  const [row] = await database.system.system((tx) =>
    tx.rows<{ body: Buffer }>('select body from webhook_inbox order by id desc limit 1'),
  );
  expect(row?.body.toString()).toBe(body);
});

test('the question of the network is answered with what it asked, as plain text', async () => {
  const ask = (token: string): Promise<Response> =>
    fetch(
      `${server.url}${address}?hub.mode=subscribe&hub.challenge=%3Cb%3E7&hub.verify_token=${encodeURIComponent(token)}`,
    );
  const reply = await ask('open sesame');
  expect([reply.status, await reply.text(), reply.headers.get('content-type')]).toEqual([
    200,
    '<b>7',
    'text/plain; charset=utf-8',
  ]);
  expect((await ask('open barley')).status).toBe(403);
});

test('what is not genuine is refused and not stored; an unknown address is like one that never was', async () => {
  const before = await stored();
  const problem = async (reply: Response): Promise<unknown> => {
    const { status, code } = (await reply.json()) as { status: number; code: string };
    return [status, code];
  };
  expect(await problem(await post(address, body, 'sha256=00'))).toEqual([401, 'unauthenticated']);
  expect(await problem(await post(address, body, signatureOf(body + ' ', appSecret)))).toEqual([
    401,
    'unauthenticated',
  ]);
  const nowhere = [
    await post('/webhooks/cloud-api/ses_01jd0000000000000000000000', body),
    await post('/webhooks/simulator/' + (address.split('/')[3] ?? ''), body),
    await post('/nowhere/at/all', body),
  ];
  for (const reply of nowhere) expect(await problem(reply)).toEqual([404, 'not_found']);
  const large = new Uint8Array(3 * 1024 * 1024 + 1);
  expect(await problem(await post(address, large))).toEqual([413, 'body_too_large']);
  const other = await fetch(server.url + address, { method: 'PUT', body });
  expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET, POST']);
  expect(await stored()).toBe(before);
});

test('refusals use up an allowance, what is genuine does not', async () => {
  const statuses = await Promise.all(
    Array.from(
      { length: refusalsPerMinute + 1 },
      async () => (await post(address, body, 'sha256=00')).status,
    ),
  );
  expect(statuses).toContain(429);
  expect((await post(address, `${body}\n`)).status).toBe(200);
});

test('what cannot be stored now is told to come again', async () => {
  const app = express();
  const parts = {
    door: () => Promise.reject(new AppError('unavailable', 'too many webhooks wait to be stored')),
    limiter: createRequestLimiter({ logger: silentLogger }, { name: 'full', perMinute: 1 }),
    logger: silentLogger,
  };
  app.use(webhookEndpoints(parts));
  app.use(answerErrors(silentLogger));
  const times = { requestTimeoutMs: 30_000, headersTimeoutMs: 10_000 };
  const full = await listen(takeWebhooks(parts, app), { host: '127.0.0.1', port: 0, ...times });
  onTestFinished(() => full.close(1_000));
  const reply = await fetch(full.url + address, { method: 'POST', body });
  expect([reply.status, reply.headers.get('retry-after'), reply.headers.get('content-type')]).toEqual([
    503,
    '2',
    'application/problem+json; charset=utf-8',
  ]);
});
