import { createBaileys, type SendOutcome, type SessionProvider } from '@zaphub/providers';
import {
  openWhatsAppStandIn,
  type StandInPhone,
  type WhatsAppStandIn,
} from '@zaphub/providers/testing/baileys';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import type { ConnectionStatus } from '@zaphub/types';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing, openSecret } from '../credentials/index.ts';
import { connectSession } from './actions/connect-session.ts';
import { findCode } from './queries.ts';
import { createSessionConnection, readStatus, until } from './session-fixture.ts';
import { type SessionKeeper, startSessionKeeper } from './session-keeper.ts';
import { codeName } from './session-record.ts';

const database = useTestDatabase();
const ring = createKeyRing({ key: createCredentialsKey() });
const times = { leaseMs: 10_000, renewMs: 100, marginMs: 1_000, pingMs: 100, backoff: () => 30 };
const withinMs = 15_000;

let closers: (() => Promise<unknown>)[];
let tenant: TestTenant;
let whatsApp: WhatsAppStandIn;
let phone: StandInPhone;
let connectionId: string;
beforeEach(async () => {
  closers = [];
  tenant = await createTenant(database.system);
  connectionId = await createSessionConnection(database.system, tenant);
  whatsApp = await openWhatsAppStandIn({ deliversReceipts: false });
  closers.push(() => whatsApp.close());
  phone = whatsApp.addPhone('+5511900000001');
  whatsApp.addPerson('+5511912345678', 'Ana');
});
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  expect(whatsApp.errors).toEqual([]);
});

interface Worker {
  readonly provider: SessionProvider;
  readonly keeper: SessionKeeper;
}

async function startWorker(owner: string): Promise<Worker> {
  const provider = createBaileys({ url: whatsApp.url });
  const keeper = await startSessionKeeper(
    { db: database.system, ring, providers: new Map([['baileys', provider]]), logger: silentLogger },
    { owner, times },
  );
  closers.push(
    () => provider.close(),
    () => keeper.close(),
  );
  return { provider, keeper };
}

const becomes = (status: ConnectionStatus): Promise<{ cause: string | null }> =>
  until(
    () => readStatus(database.system, connectionId),
    (now) => now.status === status,
    withinMs,
  );

async function pair(): Promise<void> {
  await database.api.tenant(tenant.scope, (tx) => connectSession(tx, tenant.scope, { connectionId }));
  await becomes('qr');
  const row = await until(
    () => database.api.tenant(tenant.scope, (tx) => findCode(tenant.scope, tx, connectionId)),
    (found) => found !== undefined,
  );
  const context = { tenantId: tenant.tenantId, connectionId, name: codeName };
  phone.scan(openSecret(ring, row?.sealed ?? Buffer.alloc(0), context).toString());
  await becomes('connected');
}

const send = ({ provider }: Worker, text: string): Promise<SendOutcome> =>
  provider.send(
    {
      messageId: crypto.randomUUID(),
      to: '+5511912345678',
      text,
      sender: connectionId,
      reference: 'campaign',
      attempt: 1,
    },
    { signal: new AbortController().signal, notAfterMs: performance.now() + 10_000 },
  );

test('a number is linked by its QR, sends, and goes on in the next process, with its keys sealed in the database', async () => {
  const first = await startWorker('a');
  await pair();
  expect(await send(first, 'um')).toMatchObject({ kind: 'sent' });
  await first.keeper.close();
  expect(await send(first, 'nobody holds it')).toMatchObject({ kind: 'not_sent' });
  const next = await startWorker('b');
  await until(
    () => next.keeper.holds(connectionId),
    (holds) => holds,
  );
  await until(
    () => send(next, 'dois'),
    ({ kind }) => kind === 'sent',
  );
  const texts = whatsApp.delivered.map(({ message }) => message.extendedTextMessage?.text);
  expect(texts).toEqual(['um', 'dois']);
  const rows = await database.system.system((tx) =>
    tx.rows<{ sealed: Buffer }>('select sealed from session_keys where connection_id = $1', [connectionId]),
  );
  expect(rows.length).toBeGreaterThan(800);
  for (const { sealed } of rows)
    expect(sealed.toString('latin1')).not.toMatch(/private|registrationId|"type"/);
});

test('a process that has lost the session to another writes nothing more, to the database or to anybody', async () => {
  const first = await startWorker('a');
  await pair();
  expect(await send(first, 'um')).toMatchObject({ kind: 'sent' });
  // Another process takes it, as after a freeze of this one: only the fence is moved, so this one does not know.
  await database.system.system((tx) =>
    tx.run(`update connection_sessions set fence = fence + 1, owner = 'b' where connection_id = $1`, [
      connectionId,
    ]),
  );
  expect(await send(first, 'too late')).toMatchObject({ kind: 'not_sent' });
  expect(whatsApp.delivered).toHaveLength(1);
});

test('a phone that removes the device leaves a number that was logged out, and no keys', async () => {
  await startWorker('a');
  await pair();
  phone.unlinkAll();
  await becomes('logged_out');
  const { keys } = await until(
    () =>
      database.system.system((tx) =>
        tx.one<{ keys: number }>('select count(*)::int as keys from session_keys where connection_id = $1', [
          connectionId,
        ]),
      ),
    ({ keys: left }) => left === 0,
  );
  expect(keys).toBe(0);
});
