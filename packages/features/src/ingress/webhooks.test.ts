import { cloudWebhooks, type Inbound, type Provider, Secret, type WebhookSource } from '@zaphub/providers';
import { signatureOf } from '@zaphub/providers/testing';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { toPublicId } from '@zaphub/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing, writeCredentials } from '../credentials/index.ts';
import { type LedgerFixture, ledgerFixture, outcomeFor } from '../ledger-fixture.ts';
import { markSending, recordOutcomes } from '../messages/index.ts';
import { type ConnectionAccounts, createConnectionAccounts } from './connection-accounts.ts';
import { webhookSteps } from './steps.ts';
import { createWebhookStore, type WebhookStore } from './store-webhooks.ts';
import { createWebhookDoor, type WebhookAnswer } from './webhook-door.ts';
import { workWebhooks } from './work-webhooks.ts';

const database = useTestDatabase();
const keys = createKeyRing({ key: createCredentialsKey() });
let accounts: ConnectionAccounts;
let store: WebhookStore;
beforeAll(async () => {
  accounts = await createConnectionAccounts({ db: database.api, keys });
  store = createWebhookStore({ db: database.api, logger: silentLogger });
});
afterAll(async () => {
  await store.close();
  await accounts.close();
});

interface Stage {
  readonly ledger: LedgerFixture;
  readonly ids: readonly string[];
  readonly inbound: Inbound[];
  /** Fails for a message whose text is this. */
  readonly poison: { text: string | undefined };
  knock(body: Buffer | string, more?: { signature?: string; connection?: string }): Promise<WebhookAnswer>;
  work(kind?: 'status' | 'receive', sources?: readonly WebhookSource[]): Promise<number>;
  waiting(): Promise<{ kind: string; poison: string | null; detail: string | null; attempts: number }[]>;
}

const appSecret = 'a secret of sixteen';

/** A campaign whose messages were all sent by a number of the Cloud API. */
async function stage(recipients = 3): Promise<Stage> {
  const ledger = await ledgerFixture(database, { recipients });
  const { db, tenantId, connectionId, scope, campaignId } = ledger;
  await db.tenant(scope, async (tx) => {
    await tx.run(
      `update connections set provider = 'cloud-api', settings = '{"phone_number_id":"106","business_account_id":"102"}'
       where id = $1`,
      [connectionId],
    );
    const values = { app_secret: new Secret(appSecret), verify_token: new Secret('open sesame') };
    await writeCredentials(tx, keys, scope, { connectionId, values });
  });
  const claim = await ledger.claim();
  if (claim === undefined) throw new Error('nothing was claimed');
  await markSending(db.statement, { campaignId, ...claim });
  const transitions = claim.messages.map((one) =>
    outcomeFor(one, { kind: 'sent', providerMessageId: `w.${one.id}` }),
  );
  await recordOutcomes(db.statement, ledger.ref(claim), transitions);
  const door = createWebhookDoor({ accounts, store, sources: [cloudWebhooks] });
  const inbound: Inbound[] = [];
  const poison: Stage['poison'] = { text: undefined };
  return {
    ledger,
    ids: claim.messages.map((message) => message.id),
    inbound,
    poison,
    knock: (body, { signature, connection } = {}) =>
      door({
        method: 'POST',
        provider: 'cloud-api',
        connectionId: connection ?? toPublicId('connection', connectionId),
        query: {},
        headers: { 'x-hub-signature-256': signature ?? signatureOf(body, appSecret) },
        body: (maxBytes) => Promise.resolve(body.length > maxBytes ? undefined : Buffer.from(body)),
      }),
    async work(kind = 'status', sources = [cloudWebhooks]) {
      const deps = {
        db,
        sources,
        logger: silentLogger,
        storeInbound: (_tx: unknown, _scope: unknown, batch: readonly Inbound[]): Promise<void> => {
          const isBad = (one: Inbound): boolean =>
            one.kind === 'message' && one.content.kind === 'text' && one.content.text === poison.text;
          if (batch.some(isBad)) return Promise.reject(new Error('this cannot be stored'));
          inbound.push(...batch);
          return Promise.resolve();
        },
      };
      const line = { tenantId, connectionId, kind };
      return (await workWebhooks(deps, line, { signal: new AbortController().signal })).worked;
    },
    waiting: () =>
      db.system((tx) =>
        tx.rows('select kind, poison, detail, attempts from webhook_inbox where tenant_id = $1 order by id', [
          tenantId,
        ]),
      ),
  };
}

const envelope = (value: object, field = 'messages'): string =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '102', changes: [{ field, value: { metadata: { phone_number_id: '106' }, ...value } }] }],
  });
const status = (id: string, name: string, more: object = {}): object => ({
  id: `w.${id}`,
  status: name,
  timestamp: '1700000000',
  recipient_id: '5511900000000',
  biz_opaque_callback_data: `zaphub:${id}`,
  ...more,
});
const message = (text: string, id = text): object => ({
  id: `in.${id}`,
  timestamp: '1700000000',
  type: 'text',
  from: '5511900000000',
  text: { body: text },
});

describe('at the door', () => {
  test('what is genuine is stored before it is answered, a copy once, and its bell is rung once', async () => {
    const { knock, waiting, ids, ledger } = await stage();
    const body = envelope({ statuses: ids.map((id) => status(id, 'delivered')) });
    const answers = await Promise.all([
      knock(body),
      knock(body),
      knock(envelope({ messages: [message('oi')] })),
    ]);
    expect(answers).toEqual([{ kind: 'taken' }, { kind: 'taken' }, { kind: 'taken' }]);
    expect((await waiting()).map(({ kind }) => kind).sort()).toEqual(['receive', 'status']);
    const bells = await ledger.db.system((tx) =>
      tx.rows<{ job: string }>(
        `select job from outbox where tenant_id = $1 and job in ('message.status', 'message.receive') order by 1`,
        [ledger.tenantId],
      ),
    );
    expect(bells.map(({ job }) => job)).toEqual(['message.receive', 'message.status']);
  });

  test('a wrong signature, a wrong address and too much of it are refused, and nothing is stored', async () => {
    const { knock, waiting } = await stage();
    const other = await stage();
    const body = envelope({ messages: [message('oi')] });
    expect(await knock(body, { signature: signatureOf(body, 'another secret') })).toEqual({ kind: 'forged' });
    expect(await knock(body, { signature: '' })).toEqual({ kind: 'forged' });
    for (const connection of ['ses_00000000000000000000000000', 'ses_', 'nonsense']) {
      expect(await knock(body, { connection })).toEqual({ kind: 'unknown' });
    }
    const simulator = await ledgerFixture(database, { recipients: 1 });
    const connection = toPublicId('connection', simulator.connectionId);
    expect(await knock(body, { connection })).toEqual({ kind: 'unknown' });
    expect(await knock(Buffer.alloc(4 * 1024 * 1024))).toEqual({ kind: 'too_large' });
    expect([...(await waiting()), ...(await other.waiting())]).toEqual([]);
  });

  test('what is more than can be stored is to come again, and what was accepted is stored', async () => {
    const { ledger } = await stage(1);
    const { tenantId, connectionId, db } = ledger;
    const full = createWebhookStore({ db: database.api, logger: silentLogger });
    const offer = (n: number): Promise<unknown> => {
      const body = Buffer.from(`{"statuses":${n}}`);
      return full.store({ tenantId, connectionId, kind: 'status', body }).then(
        () => 'stored',
        (error: unknown) => error,
      );
    };
    const [most, more] = [10_000, 20];
    const offered: Promise<unknown>[] = [];
    await db.system(async (tx) => {
      await tx.run('lock table webhook_inbox in exclusive mode');
      for (let n = 0; n < most + more; n++) offered.push(offer(n));
      for (const refused of await Promise.all(offered.slice(most))) {
        expect(refused).toMatchObject({ code: 'unavailable', retryable: true });
      }
    });
    expect(new Set(await Promise.all(offered.slice(0, most)))).toEqual(new Set(['stored']));
    await full.close();
    const { bodies } = await db.system((tx) =>
      tx.one<{ bodies: number }>(
        'select sum(cardinality(lengths)) as bodies from webhook_inbox where tenant_id = $1',
        [tenantId],
      ),
    );
    expect(bodies).toBe(most);
  });

  test('a question is answered to whoever knows the token, and a changed token counts at once', async () => {
    const { ledger } = await stage();
    const { connectionId, scope, db } = ledger;
    const door = createWebhookDoor({ accounts, store, sources: [cloudWebhooks] });
    const ask = (token: string): Promise<WebhookAnswer> =>
      door({
        method: 'GET',
        provider: 'cloud-api',
        connectionId: toPublicId('connection', connectionId),
        query: { 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' },
        headers: {},
        body: () => Promise.reject(new Error('a question has no body')),
      });
    expect(await ask('open sesame')).toEqual({ kind: 'challenge', text: '1158201444' });
    expect(await ask('open barley')).toEqual({ kind: 'forbidden' });
    await db.tenant(scope, (tx) =>
      writeCredentials(tx, keys, scope, {
        connectionId,
        values: { verify_token: new Secret('open barley') },
      }),
    );
    await expect.poll(() => ask('open barley'), { timeout: 5_000 }).toMatchObject({ kind: 'challenge' });
  });
});

describe('the work behind it', () => {
  test('does what statuses say, in disorder and twice, and leaves nothing behind', async () => {
    const { knock, work, waiting, ids, ledger } = await stage(4);
    const [one = '', two = '', three = '', four = ''] = ids;
    const errors = [{ code: 131026, error_data: { details: 'Undeliverable' } }];
    const bodies = [
      envelope({ statuses: [status(one, 'read'), status(two, 'failed', { errors })] }),
      envelope({ statuses: [status(one, 'sent'), status(one, 'delivered'), status(three, 'delivered')] }),
      envelope({ statuses: [status(two, 'sent'), status(four, 'sent')] }),
    ];
    for (const body of [...bodies, ...bodies.toReversed()]) await knock(body);
    expect(await work()).toBe(3);
    for (const body of bodies) await knock(body);
    expect(await work()).toBe(3);
    expect(await ledger.states()).toEqual({ read: 1, dlq: 1, delivered: 1, sent: 1 });
    expect(await ledger.counters()).toEqual({ read: 1, dlq: 1, delivered: 1, sent: 1 });
    expect(await waiting()).toEqual([]);
  });

  test('moves nobody else’s messages, whatever a tenant signs with its own secret', async () => {
    const ours = await stage(1);
    const theirs = await stage(1);
    await ours.knock(envelope({ statuses: theirs.ids.map((id) => status(id, 'read')) }));
    expect(await ours.work()).toBe(1);
    expect(await theirs.ledger.states()).toEqual({ sent: 1 });
  });

  test('gives what people do to the number it came to, and leaves numbers alone that are not connected', async () => {
    const { knock, work, inbound, ledger } = await stage();
    const { id: second } = await ledger.db.system((tx) =>
      tx.one<{ id: string }>(
        `insert into connections (tenant_id, name, provider, settings) values ($1, 'Second', 'cloud-api', '{"phone_number_id":"107"}') returning id`,
        [ledger.tenantId],
      ),
    );
    const to = (number: string, text: string): Promise<WebhookAnswer> =>
      knock(envelope({ metadata: { phone_number_id: number }, messages: [message(text)] }));
    await to('106', 'a');
    await to('107', 'b');
    await to('108', 'c');
    expect(await work('receive')).toBe(3);
    expect(inbound.map(({ connectionId, key }) => [key, connectionId])).toEqual([
      ['inbound:in.a', ledger.connectionId],
      ['inbound:in.b', second],
    ]);
  });

  test('heeds notices of the account, once: closed, it is held; opened again, it is released', async () => {
    const { knock, work, ledger } = await stage();
    const hold = async (): Promise<unknown> => {
      const [row] = await ledger.db.system((tx) =>
        tx.rows<{ hold_cause: string | null }>('select hold_cause from connections where id = $1', [
          ledger.connectionId,
        ]),
      );
      return row?.hold_cause;
    };
    const update = (state: string, copy: number): string =>
      envelope({ event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: state } }, 'account_update') +
      ' '.repeat(copy);
    for (const copy of [0, 1]) await knock(update('DISABLE', copy));
    await work('receive');
    expect(await hold()).toBe('account_restricted');
    await knock(update('REINSTATE', 0));
    await work('receive');
    expect(await hold()).toBeNull();
    const history = await ledger.db.system((tx) =>
      tx.rows<{ type: string }>('select type from connection_events where connection_id = $1 order by id', [
        ledger.connectionId,
      ]),
    );
    expect(history.map(({ type }) => type)).toEqual([
      'connection.notice',
      'connection.held',
      'connection.notice',
      'connection.released',
    ]);
  });

  test('keeps what cannot be read or done, with the reason, and goes on with the others', async () => {
    const { knock, work, waiting, inbound, poison, ledger } = await stage();
    poison.text = 'bad';
    const texts = Array.from({ length: 9 }, (_, i) => (i === 4 ? 'bad' : `good ${i}`));
    for (const text of texts) await knock(envelope({ messages: [message(text)] }));
    await knock('{"this is": "no webhook"}');
    await knock('not even JSON');
    expect(await work('receive')).toBe(11);
    expect(inbound).toHaveLength(8);
    expect((await waiting()).map(({ poison: why, attempts }) => [why, attempts])).toEqual([
      [null, 1],
      ['not_understood', 0],
      ['not_understood', 0],
    ]);
    // Not before its time; then twice more, and never again.
    expect(await work('receive')).toBe(0);
    for (let i = 0; i < 3; i++) {
      await ledger.run(`update webhook_inbox set due_at = clock_timestamp() where tenant_id = $1`, [
        ledger.tenantId,
      ]);
      await work('receive');
    }
    expect(await waiting()).toEqual(
      expect.arrayContaining([
        { kind: 'receive', poison: 'failed', detail: 'this cannot be stored', attempts: 3 },
      ]),
    );
    expect(inbound).toHaveLength(8);
  });

  test('statuses that come together are one row, and one that fails is found among them', async () => {
    const { knock, work, waiting, ids, ledger } = await stage(4);
    const bodies = ids.map((id) => envelope({ statuses: [status(id, 'delivered')] }));
    const nonsense = '{"statuses": "none of ours"}';
    const bad = envelope({ statuses: [status(ids[0] ?? '', 'read')] });
    const source: WebhookSource = {
      ...cloudWebhooks,
      parse: (raw, headers) => {
        if (Buffer.from(raw).toString() === bad) throw new Error('this cannot be read');
        return cloudWebhooks.parse(raw, headers);
      },
    };
    await Promise.all([...bodies, nonsense, bad, ...bodies].map((body) => knock(body)));
    expect(await waiting()).toEqual([{ kind: 'statuses', poison: null, detail: null, attempts: 0 }]);
    const { waiting: lag } = await ledger.db.system((tx) =>
      tx.one<{ waiting: number }>('select waiting from app.webhook_lag()'),
    );
    expect(lag).toBeGreaterThanOrEqual(6);
    await work('status', [source]);
    expect(await ledger.states()).toEqual({ delivered: 4 });
    expect((await waiting()).map(({ kind, poison: why, detail }) => [kind, why, detail])).toEqual(
      expect.arrayContaining([
        ['status', 'not_understood', expect.any(String)],
        ['status', null, 'this cannot be read'],
      ]),
    );
  });

  test('is rung for again by the reconciler, and poison goes when it is old', async () => {
    const { knock, ledger, waiting } = await stage();
    await Promise.all([knock(envelope({ messages: [message('late')] })), knock('nonsense')]);
    await ledger.run('delete from outbox where tenant_id = $1', [ledger.tenantId]);
    await ledger.run(
      `update webhook_inbox set due_at = now() - interval '10 s', received_at = now() - interval '31 days',
         poison = case when body = 'nonsense' then 'not_understood' end where tenant_id = $1`,
      [ledger.tenantId],
    );
    for (const step of webhookSteps({ db: ledger.db })) await step.run();
    const bells = await ledger.db.system((tx) =>
      tx.rows('select job from outbox where tenant_id = $1', [ledger.tenantId]),
    );
    expect(bells).toEqual([{ job: 'message.receive' }]);
    expect(await waiting()).toHaveLength(1);
  });
});

test('the work of a kind that nobody reads here waits', async () => {
  const { knock, work, waiting } = await stage();
  await knock(envelope({ messages: [message('oi')] }));
  const other: Provider['name'] = 'wuzapi';
  expect(await work('receive', [{ ...cloudWebhooks, provider: other }])).toBe(0);
  expect(await waiting()).toHaveLength(1);
});
