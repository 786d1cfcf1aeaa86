import { createSessionNetwork, type SessionNetwork } from '@zaphub/providers/testing/sessions';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing } from '../credentials/index.ts';
import { createSendingEngine, type TurnResult } from '../lanes/index.ts';
import { ledgerFixture, type LedgerFixture } from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { connectSession } from './actions/connect-session.ts';
import { startLaneBell } from './lane-bell.ts';
import { passOnTurn } from './pass-on-turn.ts';
import { readStatus, until } from './session-fixture.ts';
import { type SessionKeeper, startSessionKeeper } from './session-keeper.ts';

const database = useTestDatabase();
const recipients = 5;
let fixture: LedgerFixture;
let network: SessionNetwork;
let workers: Worker[];

/** What matters here of a worker process. */
interface Worker {
  readonly owner: string;
  readonly keeper: SessionKeeper;
  /** What a worker does with a doorbell that the queue gave it. */
  answerDoorbell(): Promise<TurnResult & { isPassedOn: boolean }>;
  close(): Promise<void>;
}

beforeEach(async () => {
  fixture = await ledgerFixture(database, { recipients });
  await fixture.run(
    `update connections set provider = 'baileys', status = 'created', rate_per_second = 500 where id = $1`,
    [fixture.connectionId],
  );
  await fixture.run('insert into connection_sessions (connection_id, tenant_id) values ($1, $2)', [
    fixture.connectionId,
    fixture.tenantId,
  ]);
  network = createSessionNetwork({ onOpen: (session) => session.tell({ kind: 'connected' }) });
  workers = [];
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.close()));
  expect(network.violations).toEqual([]);
});

async function worker(owner: string): Promise<Worker> {
  const { connectionId } = fixture;
  const provider = network.client(owner);
  const db = database.system;
  const engine = createSendingEngine(
    { db, providerFor: () => provider, compile: compileTemplate, logger: silentLogger },
    { owner, leaseMs: 2_000 },
  );
  const keeper = await startSessionKeeper(
    {
      db,
      ring: createKeyRing({ key: createCredentialsKey() }),
      providers: new Map([['baileys', provider]]),
      logger: silentLogger,
    },
    { owner, times: { leaseMs: 2_000, renewMs: 100 } },
  );
  const bell = await startLaneBell({ db, engine, keeper, logger: silentLogger }, { owner, lanes: 2 });
  const made: Worker = {
    owner,
    keeper,
    async answerDoorbell() {
      const turn = await engine.runTurn(connectionId);
      const isPassedOn = turn.outcome === 'busy' && (await passOnTurn(db, owner, connectionId));
      return { ...turn, isPassedOn };
    },
    async close() {
      workers = workers.filter((each) => each !== made);
      await bell.close();
      await engine.close();
      await keeper.close();
    },
  };
  workers.push(made);
  return made;
}

/** Opens the number's session; answers whoever holds it, then the others. */
async function openSession(): Promise<Worker[]> {
  await database.api.tenant(fixture.scope, (tx) =>
    connectSession(tx, fixture.scope, { connectionId: fixture.connectionId }),
  );
  await Promise.all(workers.map(({ keeper }) => keeper.take(fixture.connectionId)));
  await until(
    () => readStatus(database.system, fixture.connectionId),
    ({ status }) => status === 'connected',
  );
  return workers.toSorted(
    (a, b) => Number(b.keeper.holds(fixture.connectionId)) - Number(a.keeper.holds(fixture.connectionId)),
  );
}

test('a doorbell that lands elsewhere is passed on, and the one that holds the socket sends', async () => {
  await worker('a');
  await worker('b');
  const [owner, other] = await openSession();
  expect(await other?.answerDoorbell()).toMatchObject({ outcome: 'busy', sent: 0, isPassedOn: true });
  await until(
    () => fixture.states(),
    (states) => states['sent'] === recipients,
  );
  expect(new Set(network.messages.map(({ client }) => client))).toEqual(new Set([owner?.owner]));
  expect(network.messages).toHaveLength(recipients);
});

test('one worker alone takes its own doorbells', async () => {
  const alone = await worker('a');
  await openSession();
  const turn = await alone.answerDoorbell();
  expect(turn).toMatchObject({ outcome: 'done', isPassedOn: false });
});

test('with the session open nowhere nothing is sent and nothing passed on; whoever opens it is rung', async () => {
  const alone = await worker('a');
  await fixture.run(`update connections set status = 'connected' where id = $1`, [fixture.connectionId]);
  expect(await alone.answerDoorbell()).toMatchObject({ outcome: 'busy', sent: 0, isPassedOn: false });
  expect(await fixture.states()).toEqual({ pending: recipients });
});

test('when the owner closes, the next owner goes on with the same lane', async () => {
  await worker('a');
  const [owner] = await openSession();
  const next = await worker('b');
  await owner?.close();
  await until(() => next.keeper.holds(fixture.connectionId), Boolean);
  await until(
    async () => (await next.answerDoorbell()).sent + network.messages.length,
    (sent) => sent >= recipients,
  );
  await until(
    () => fixture.states(),
    (states) => states['sent'] === recipients,
  );
  expect(new Set(network.messages.map(({ client }) => client))).toEqual(new Set(['b']));
});
