import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWuzapi, Secret, wuzapiAccountOf, wuzapiWebhooks } from '@zaphub/providers';
import { startWuzapiServer, type WuzapiServer } from '@zaphub/providers/testing/wuzapi';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import { afterEach, expect, test } from 'vitest';
import { storeInbound } from '../conversations/index.ts';
import { createCredentialsKey, createKeyRing, writeCredentials } from '../credentials/index.ts';
import { type LedgerFixture, ledgerFixture, outcomeFor } from '../ledger-fixture.ts';
import { markSending, recordOutcomes } from '../messages/index.ts';
import { createConnectionAccounts } from './connection-accounts.ts';
import { createWebhookStore } from './store-webhooks.ts';
import { createWebhookDoor } from './webhook-door.ts';
import { workWebhooks } from './work-webhooks.ts';

const database = useTestDatabase();
const keys = createKeyRing({ key: createCredentialsKey() });
const hmacKey = 'k'.repeat(32);
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A campaign of a number behind a gateway, whose webhooks go through the door into the inbox. */
async function stage(): Promise<{ ledger: LedgerFixture; gateway: WuzapiServer; work: () => Promise<void> }> {
  const ledger = await ledgerFixture(database, { recipients: 4 });
  const { db, scope, connectionId, tenantId } = ledger;
  const gateway = await startWuzapiServer({ mustPair: false, receipts: ['Delivered', 'Read'] });
  await db.tenant(scope, async (tx) => {
    await tx.run(`update connections set provider = 'wuzapi' where id = $1`, [connectionId]);
    const values = { token: new Secret(gateway.token), hmac_key: new Secret(hmacKey) };
    await writeCredentials(tx, keys, scope, { connectionId, values });
  });
  const accounts = await createConnectionAccounts({ db: database.api, keys });
  const store = createWebhookStore({ db: database.api, logger: silentLogger });
  closers.push(
    () => accounts.close(),
    () => store.close(),
  );
  const door = createWebhookDoor({ accounts, store, sources: [wuzapiWebhooks] });
  const server = createServer((incoming, reply) => {
    const knock = async (): Promise<boolean> => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
      const header = incoming.headers['x-hmac-signature'];
      const answer = await door({
        method: 'POST',
        provider: 'wuzapi',
        connectionId: toPublicId('connection', connectionId),
        query: {},
        headers: { 'x-hmac-signature': typeof header === 'string' ? header : undefined },
        body: () => Promise.resolve(Buffer.concat(chunks)),
      });
      return answer.kind === 'taken';
    };
    void knock().then((isTaken) => reply.writeHead(isTaken ? 200 : 403).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => Promise.resolve(server.close()));
  // A TCP server has an address of this shape.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  for (const [path, body] of [
    ['/webhook', { webhookurl: url, events: ['All'] }],
    ['/session/hmac/config', { hmac_key: hmacKey }],
  ] as const) {
    await fetch(gateway.url + path, {
      method: 'POST',
      headers: { token: gateway.token },
      body: JSON.stringify(body),
    });
  }
  // Closed first: it may still have something to tell.
  closers.push(() => gateway.close());
  const work = async (): Promise<void> => {
    await gateway.idle();
    const deps = { db, sources: [wuzapiWebhooks], logger: silentLogger, storeInbound };
    for (const kind of ['status', 'receive'] as const) {
      await workWebhooks(deps, { tenantId, connectionId, kind }, { signal: new AbortController().signal });
    }
  };
  return { ledger, gateway, work };
}

/** Sends all of a campaign as a lane would, and records what came of it. */
async function sendAll(ledger: LedgerFixture, gateway: WuzapiServer): Promise<void> {
  const account = wuzapiAccountOf({ base_url: gateway.url, token: gateway.token });
  const provider = createWuzapi({ accountFor: () => account }, { http: { replyTimeoutMs: 1_000 } });
  closers.push(() => provider.close());
  const claim = await ledger.claim();
  if (claim === undefined) throw new Error('nothing was claimed');
  await markSending(ledger.db.statement, { campaignId: ledger.campaignId, ...claim });
  const transitions = await Promise.all(
    claim.messages.map(async (one) => {
      const outcome = await provider.send(
        {
          messageId: one.id,
          to: one.recipient,
          text: 'Hello',
          sender: ledger.connectionId,
          reference: ledger.campaignId,
          attempt: 1,
        },
        { signal: new AbortController().signal, notAfterMs: performance.now() + 5_000 },
      );
      return outcomeFor(one, outcome);
    }),
  );
  await recordOutcomes(ledger.db.statement, ledger.ref(claim), transitions);
}

test('receipts of a gateway settle even messages whose answers were lost', async () => {
  const { ledger, gateway, work } = await stage();
  gateway.next('lose_reply', 'never');
  await sendAll(ledger, gateway);
  expect(await ledger.states()).toEqual({ sent: 2, unknown: 2 });
  await work();
  expect(await ledger.states()).toEqual({ read: 4 });
  expect(await ledger.counters()).toEqual({ read: 4 });
});

test('somebody who answers SAIR to a gateway gets no more', async () => {
  const { ledger, gateway, work } = await stage();
  await sendAll(ledger, gateway);
  const [sent] = gateway.sent;
  const phone = String(sent?.body['Phone']);
  gateway.emit({
    type: 'Message',
    event: {
      Info: {
        Chat: `${phone}@s.whatsapp.net`,
        Sender: `${phone}:2@s.whatsapp.net`,
        IsFromMe: false,
        IsGroup: false,
        AddressingMode: '',
        SenderAlt: '',
        ID: '3A0000000000000000AA',
        PushName: 'Ana',
        Timestamp: new Date().toISOString(),
      },
      Message: { extendedTextMessage: { text: 'SAIR', contextInfo: { stanzaID: sent?.id } } },
    },
  });
  await work();
  const people = await ledger.db.system((tx) =>
    tx.rows<{ phone: string }>(
      `select phone from contacts where tenant_id = $1 and opted_out_at is not null`,
      [ledger.tenantId],
    ),
  );
  expect(people).toEqual([{ phone: `+${phone}` }]);
});
