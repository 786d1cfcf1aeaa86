import { createDatabase, type Database } from '@zaphub/db';
import {
  createSessionNetwork,
  type SessionNetwork,
  type SessionNetworkOptions,
} from '@zaphub/providers/testing/sessions';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import type { ConnectionStatus } from '@zaphub/types';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing, type KeyRing, openSecret } from '../credentials/index.ts';
import { connectSession, type ConnectInput } from './actions/connect-session.ts';
import { disconnectSession } from './actions/disconnect-session.ts';
import { createSessionConnection, readStatus, until } from './session-fixture.ts';
import { type SessionKeeper, startSessionKeeper } from './session-keeper.ts';
import type { SessionTimes } from './session-times.ts';

const database = useTestDatabase();
const ring = createKeyRing({ key: createCredentialsKey() });
const quick: Partial<SessionTimes> = {
  leaseMs: 1_000,
  renewMs: 60,
  marginMs: 200,
  pingMs: 40,
  anxiousPingMs: 20,
  pingTimeoutMs: 60,
  backoff: () => 30,
};

let tenant: TestTenant;
let network: SessionNetwork;
let connectionId: string;
let opened: SessionKeeper[];
beforeEach(async () => {
  tenant = await createTenant(database.system);
  connectionId = await createSessionConnection(database.system, tenant);
  opened = [];
  useNetwork();
});
afterEach(async () => {
  await Promise.all(opened.map((keeper) => keeper.close()));
  // The tests share a database: nobody is to take this one over in the next.
  await database.system.system((tx) => tx.run('update connection_sessions set wanted = false'));
  expect(network.violations).toEqual([]);
});

function useNetwork(options: SessionNetworkOptions = {}): void {
  network = createSessionNetwork(options);
}

async function keeper(
  owner: string,
  options: { times?: Partial<SessionTimes>; db?: Database; ring?: KeyRing } = {},
): Promise<SessionKeeper> {
  const made = await startSessionKeeper(
    {
      db: options.db ?? database.system,
      ring: options.ring ?? ring,
      providers: new Map([['baileys', network.client(owner)]]),
      logger: silentLogger,
    },
    { owner, times: { ...quick, ...options.times } },
  );
  opened.push(made);
  return made;
}

function connect(input: Partial<ConnectInput> = {}): Promise<void> {
  return database.api.tenant(tenant.scope, (tx) =>
    connectSession(tx, tenant.scope, { connectionId, ...input }),
  );
}

function disconnect(): Promise<void> {
  return database.api.tenant(tenant.scope, (tx) => disconnectSession(tx, tenant.scope, { connectionId }));
}

async function becomes(status: ConnectionStatus): Promise<string | null> {
  const found = await until(
    () => readStatus(database.system, connectionId),
    (now) => now.status === status,
  );
  return found.cause;
}

async function rows<R>(text: string): Promise<R[]> {
  return database.system.system((tx) => tx.rows<R>(text, [connectionId]));
}

async function connected(owner = 'a'): Promise<SessionKeeper> {
  const made = await keeper(owner);
  await connect();
  await becomes('qr');
  await network.last(connectionId)?.pair();
  await becomes('connected');
  return made;
}

describe('a number that logs in', () => {
  test('shows a code to scan, then is connected; its name and number are kept, and the code is gone', async () => {
    await keeper('a');
    await connect();
    await becomes('qr');
    const [code] = await rows<{ sealed: Buffer }>(
      'select sealed from connection_codes where connection_id = $1',
    );
    const context = { tenantId: tenant.tenantId, connectionId, name: 'code' };
    expect(openSecret(ring, code?.sealed ?? Buffer.of(), context).toString()).toBe(`code-${connectionId}`);
    await network.last(connectionId)?.pair();
    await becomes('connected');
    expect(await rows('select phone, profile_name from connections where id = $1')).toEqual([
      { phone: '+5511999990000', profile_name: 'Loja' },
    ]);
    expect(await rows('select from connection_codes where connection_id = $1')).toEqual([]);
  });

  test('tells each step to those who watch, and a code to nobody in the event log', async () => {
    await connected();
    const events = await rows<{ type: string; payload: { status: string }; text: string }>(
      `select type, payload, payload::text as text from events where topic = 'connection:' || $1::uuid order by event_offset`,
    );
    const told = events.map(({ payload }) => payload.status);
    expect([...new Set(told)]).toEqual(['connecting', 'qr', 'connected']);
    expect(events.map(({ text }) => text).join()).not.toContain(`code-${connectionId}`);
  });

  test('is rung when it can send', async () => {
    await connected();
    const rung = await rows(
      `select from outbox where job = 'message.send' and payload ->> 'connectionId' = $1::text`,
    );
    expect(rung).toHaveLength(1);
  });

  test('pairs by a code typed into the phone when it is asked to, also after a QR was shown', async () => {
    await keeper('a');
    await connect();
    await becomes('qr');
    await connect({ pairingPhone: '+5511999990000' });
    await becomes('pairing_code');
    expect(network.last(connectionId)?.options.pairingPhone).toBe('+5511999990000');
  });

  test('that nobody scans is stopped when its time is up, and says why', async () => {
    await keeper('a', { times: { deadlines: { qr: 80 } } });
    await connect();
    await becomes('qr');
    expect(await becomes('stopped')).toBe('code_expired');
    expect(network.last(connectionId)?.isOpen).toBe(false);
    expect(await rows('select wanted, owner from connection_sessions where connection_id = $1')).toEqual([
      { wanted: false, owner: null },
    ]);
  });

  test('is stopped, and says why, where its secrets cannot be sealed: it is not opened again and again', async () => {
    await keeper('a', { ring: createKeyRing({}) });
    await connect();
    expect(await becomes('stopped')).toBe('refused');
    expect(await rows('select status_detail from connections where id = $1')).toEqual([
      { status_detail: 'credentials_locked' },
    ]);
    expect(network.openings(connectionId)).toBe(1);
  });

  test('of which nothing can be written is let go, and taken again only after a wait', async () => {
    let isBroken = false;
    const own = database.system;
    const failing: Database = {
      ...own,
      system: (work) => (isBroken ? Promise.reject(new Error('a broken schema')) : own.system(work)),
    };
    await keeper('a', { db: failing });
    await connect();
    await becomes('qr');
    isBroken = true;
    network.last(connectionId)?.tell({ kind: 'lost', cause: 'retry' });
    const [session] = await until(
      () =>
        rows<{ owner: string | null; waits: boolean }>(
          `select owner, next_attempt_at > clock_timestamp() as waits from connection_sessions where connection_id = $1`,
        ),
      ([found]) => found?.owner === null,
    );
    expect(session?.waits).toBe(true);
    isBroken = false;
    await until(
      () => network.openings(connectionId),
      (openings) => openings === 2,
    );
  });

  test('is asked for as often as one likes, and opened once', async () => {
    await keeper('a');
    await Promise.all([connect(), connect(), connect()]);
    await becomes('qr');
    await connect();
    expect(network.openings(connectionId)).toBe(1);
    const asked = await rows(
      `select from outbox where job = 'session.init' and payload ->> 'connectionId' = $1::text`,
    );
    expect(asked).toHaveLength(1);
  });

  test('that never gets anywhere is tried again, with a wait', async () => {
    useNetwork({ onOpen: () => undefined });
    await keeper('a', { times: { deadlines: { connecting: 50, reconnecting: 50 } } });
    await connect();
    expect(await becomes('reconnecting')).toBe('no_answer');
    await until(
      () => network.openings(connectionId),
      (openings) => openings >= 3,
    );
    const [session] = await rows<{ attempts: number }>(
      'select attempts from connection_sessions where connection_id = $1',
    );
    expect(session?.attempts).toBeGreaterThanOrEqual(2);
  });
});

describe('a connected number', () => {
  test('whose answers are missed is degraded, and well again with the first answer', async () => {
    await connected();
    const session = network.last(connectionId);
    session?.answerPings('fails');
    await becomes('degraded');
    session?.answerPings('quick');
    await becomes('connected');
    expect(network.openings(connectionId)).toBe(1);
  });

  test('that does not answer at all is opened anew, although its socket looks open', async () => {
    await connected();
    network.last(connectionId)?.answerPings('never');
    expect(await becomes('reconnecting')).toBe('no_answer');
    await becomes('connected');
    expect(network.openings(connectionId)).toBe(2);
  });

  test('that is slow, but answers in time, is well', async () => {
    await connected();
    network.last(connectionId)?.answerPings(30);
    await until(
      () =>
        rows<{ ping_ms: number | null }>('select ping_ms from connection_sessions where connection_id = $1'),
      ([session]) => session?.ping_ms === 30,
    );
    expect(await readStatus(database.system, connectionId)).toMatchObject({ status: 'connected' });
  });

  test('whose way to the network breaks comes back by itself', async () => {
    await connected();
    network.last(connectionId)?.tell({ kind: 'lost', cause: 'retry', detail: 'stream:error 515' });
    await until(
      () => network.openings(connectionId),
      (openings) => openings === 2,
    );
    await becomes('connected');
    const events = await rows<{ type: string }>(
      `select type from connection_events where connection_id = $1 order by id`,
    );
    expect(events.map(({ type }) => type)).toEqual([
      'session.init',
      'session.open',
      'session.qr',
      'session.connected',
      'session.lost.retry',
      'session.due',
      'session.connected',
    ]);
  });

  test.each([
    ['banned', 'banned', 'banned'],
    ['replaced', 'stopped', 'replaced'],
    ['refused', 'stopped', 'refused'],
  ] as const)('that is lost for good (%s) is %s and not tried again', async (cause, status, shown) => {
    await connected();
    network.last(connectionId)?.tell({ kind: 'lost', cause, detail: 'word of the network' });
    expect(await becomes(status)).toBe(shown);
    await until(
      () => rows<{ owner: string | null }>('select owner from connection_sessions where connection_id = $1'),
      ([session]) => session?.owner === null,
    );
    expect(network.openings(connectionId)).toBe(1);
  });

  test('that was logged out by its phone forgets its keys, and shows a code when it is connected again', async () => {
    await connected();
    expect(await rows('select from session_keys where connection_id = $1')).toHaveLength(1);
    network.last(connectionId)?.tell({ kind: 'lost', cause: 'logged_out' });
    await becomes('logged_out');
    expect(await rows('select from session_keys where connection_id = $1')).toEqual([]);
    await connect();
    await becomes('qr');
  });

  test('that nobody wants any more is closed, keeps its login, and opens again without a code', async () => {
    await connected();
    await disconnect();
    expect(await readStatus(database.system, connectionId)).toEqual({ status: 'stopped', cause: 'by_user' });
    await until(
      () => network.last(connectionId)?.isOpen,
      (isOpen) => isOpen === false,
    );
    expect(network.last(connectionId)?.isLoggedOut).toBe(false);
    await disconnect();
    await connect();
    await becomes('connected');
    expect(network.openings(connectionId)).toBe(2);
  });

  test('that is closed and wanted again in one breath is opened anew', async () => {
    await connected();
    await disconnect();
    await connect();
    await until(
      () => network.openings(connectionId),
      (openings) => openings === 2,
    );
    await becomes('connected');
  });
});

describe('two processes', () => {
  test('never hold one number both, whoever asks', async () => {
    const [a, b] = [await keeper('a'), await keeper('b')];
    await connect();
    const held = await Promise.all([a.take(connectionId), b.take(connectionId), a.look(), b.look()]);
    await becomes('qr');
    expect([a.holds(connectionId), b.holds(connectionId)].filter(Boolean)).toHaveLength(1);
    expect(held.slice(0, 2).filter(Boolean).length).toBeLessThanOrEqual(1);
    expect(network.openings(connectionId)).toBe(1);
  });

  test('hand over at once when the owner closes in good order', async () => {
    const a = await connected('a');
    const b = await keeper('b', { times: { renewMs: 60_000, sweepMs: 60_000, leaseMs: 60_000 } });
    await a.close();
    await until(() => b.holds(connectionId), Boolean);
    await until(
      () => network.last(connectionId)?.client,
      (client) => client === 'b',
    );
    await becomes('connected');
  });

  test('an owner that loses the database lets go before its lease ends, so that the other may open', async () => {
    const own = createDatabase({
      connectionString: database.urls.system,
      applicationName: 'cut-off',
      maxConnections: 2,
    });
    let isCut = false;
    const cut: Database = {
      ...own,
      statement: (...args) => (isCut ? new Promise<never>(() => undefined) : own.statement(...args)),
      system: (work) => (isCut ? new Promise<never>(() => undefined) : own.system(work)),
    };
    const a = await keeper('a', { db: cut });
    await connect();
    await becomes('qr');
    await network.last(connectionId)?.pair();
    await becomes('connected');
    await keeper('b');
    isCut = true;
    await until(
      () => network.last(connectionId)?.client,
      (client) => client === 'b',
    );
    expect(a.holds(connectionId)).toBe(false);
    await becomes('connected');
    opened = opened.filter((each) => each !== a);
    await own.close();
  });

  test('an owner whose lease was taken from it writes nothing more, neither state nor keys', async () => {
    await connected('a');
    const stale = network.last(connectionId);
    await database.system.system((tx) =>
      tx.run(`update connection_sessions set owner = 'thief', fence = fence + 1 where connection_id = $1`, [
        connectionId,
      ]),
    );
    const written = stale?.options.store.write(new Map([['k', Buffer.from('stale')]]));
    await expect(written).rejects.toMatchObject({ code: 'conflict' });
    stale?.tell({ kind: 'lost', cause: 'banned' });
    await until(
      () => opened[0]?.holds(connectionId),
      (holds) => holds === false,
    );
    expect(await readStatus(database.system, connectionId)).toMatchObject({ status: 'connected' });
    expect(await rows(`select from session_keys where connection_id = $1 and name = 'k'`)).toEqual([]);
  });
});
