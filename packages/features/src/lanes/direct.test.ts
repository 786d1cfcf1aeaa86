import { createSimulator, readJournal, type SendRequest, type SimulatorOptions } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { type MessageContent, toPublicId } from '@zaphub/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createDirectMessage } from '../direct-messages/index.ts';
import { type LedgerFixture, ledgerFixture, temporaryFolder } from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { createSendingEngine, type SendingEngine } from './create-sending-engine.ts';
import { startProgressPublisher } from './progress.ts';

const database = useTestDatabase();
let keys = 0;

interface Stage {
  readonly ledger: LedgerFixture;
  readonly engine: SendingEngine;
  readonly requests: SendRequest[];
  readonly journalDir: string;
}

async function open(recipients: number, simulated: Partial<SimulatorOptions> = {}): Promise<Stage> {
  const ledger = await ledgerFixture(database, { recipients });
  const { dir, remove } = await temporaryFolder();
  const simulator = createSimulator({ journalDir: dir, receipts: false, ...simulated });
  const requests: SendRequest[] = [];
  const provider = {
    ...simulator,
    send: (...args: Parameters<typeof simulator.send>) => {
      requests.push(args[0]);
      return simulator.send(...args);
    },
  };
  const engine = createSendingEngine(
    { db: ledger.db, providerFor: () => provider, compile: compileTemplate, logger: silentLogger },
    { owner: 'worker' },
  );
  onTestFinished(async () => {
    await engine.close();
    await simulator.close();
    await remove();
  });
  return { ledger, engine, requests, journalDir: dir };
}

function make(
  { ledger }: Stage,
  content: MessageContent,
  more: { replyTo?: string; despiteOptOut?: 'confirmation' } = {},
): Promise<{ messageId: string }> {
  return database.api.tenant(ledger.scope, (tx) =>
    createDirectMessage(tx, ledger.scope, {
      connectionId: ledger.connectionId,
      contactId: ledger.contactIds[0] ?? '',
      content,
      idempotencyKey: `test:${++keys}`,
      ...more,
    }),
  );
}

describe('direct messages', () => {
  test('go out with what they say, before a campaign, several to one phone, and all adds up', async () => {
    const stage = await open(500);
    const { ledger, engine, requests, journalDir } = stage;
    const first = await make(stage, { kind: 'text', text: 'One' });
    await make(stage, { kind: 'text', text: 'Two', previews_links: true }, { replyTo: 'wamid.1' });
    await engine.drain(ledger.connectionId);
    expect(requests).toHaveLength(502);
    const direct = requests.filter(({ text }) => text === 'One' || text === 'Two');
    expect(direct[0]).toMatchObject({ messageId: first.messageId, text: 'One' });
    expect(direct[0]).not.toHaveProperty('content');
    expect(direct[1]).toMatchObject({
      text: 'Two',
      replyTo: 'wamid.1',
      content: { kind: 'text', text: 'Two', previewsLinks: true },
    });
    const places = direct.map((request) => requests.indexOf(request));
    expect(Math.max(...places)).toBeLessThan(10);
    const report = await verifyLedger(ledger.db, { journalDir });
    expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
    expect((await readJournal(journalDir, {})).deliveries).toBe(502);
  });

  test('reach nobody who opted out after they were written, except the word that this was heard', async () => {
    const stage = await open(1);
    const { ledger, engine, requests } = stage;
    await make(stage, { kind: 'text', text: 'Offer' });
    await make(stage, { kind: 'text', text: 'Heard' }, { despiteOptOut: 'confirmation' });
    await ledger.run('update contacts set opted_out_at = now() where tenant_id = $1', [ledger.tenantId]);
    await engine.drain(ledger.connectionId);
    expect(requests.map(({ text }) => text)).toEqual(['Heard']);
    const report = await verifyLedger(ledger.db);
    expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
  });

  test('do not wait for a batch that is under way, however slow its answers are', async () => {
    const slow = { latency: { minMs: 400, maxMs: 400 }, maxInFlight: 20 };
    const stage = await open(200, slow);
    const { ledger, engine, requests } = stage;
    const turn = engine.runTurn(ledger.connectionId);
    await expect.poll(() => requests.length).toBeGreaterThanOrEqual(20);
    const { messageId } = await make(stage, { kind: 'text', text: 'Now' });
    const before = requests.length;
    expect(await engine.sendDirect(ledger.connectionId)).toMatchObject({ outcome: 'busy' });
    await expect
      .poll(() => requests.some((request) => request.messageId === messageId), { interval: 5 })
      .toBe(true);
    const place = requests.findIndex((request) => request.messageId === messageId);
    expect(place - before).toBeLessThanOrEqual(25);
    await turn;
    await engine.drain(ledger.connectionId);
    expect(requests).toHaveLength(201);
  });

  test('get a turn of their own on a quiet lane, and leave a campaign to the others', async () => {
    const stage = await open(3);
    const { ledger, engine, requests } = stage;
    await make(stage, { kind: 'text', text: 'Alone' });
    const { sent, nextInMs } = await engine.sendDirect(ledger.connectionId);
    expect([sent, requests.map(({ text }) => text)]).toEqual([1, ['Alone']]);
    // Somebody is to come for the campaign.
    expect(nextInMs).toBeDefined();
    await engine.drain(ledger.connectionId);
    expect(requests).toHaveLength(4);
  });
});

test('what becomes of a direct message is told to those who watch its connection, once', async () => {
  const stage = await open(1);
  const { ledger, engine } = stage;
  const publisher = startProgressPublisher({ db: ledger.db, logger: silentLogger });
  const { messageId } = await make(stage, { kind: 'text', text: 'Hello' });
  await engine.sendDirect(ledger.connectionId);
  const { id } = await ledger.db.system((tx) =>
    tx.one<{ id: string }>('select campaign_id as id from messages where id = $1', [messageId]),
  );
  publisher.changed({ id, tenantId: ledger.tenantId });
  await publisher.close();
  const events = await ledger.db.system((tx) =>
    tx.rows(`select topic, type, payload from events where tenant_id = $1 order by event_offset`, [
      ledger.tenantId,
    ]),
  );
  expect(events).toEqual([
    {
      topic: `connection:${ledger.connectionId}`,
      type: 'message.changed',
      payload: {
        id: toPublicId('message', messageId),
        connection_id: toPublicId('connection', ledger.connectionId),
        contact_id: toPublicId('contact', ledger.contactIds[0] ?? ''),
        state: 'sent',
        reason: null,
      },
    },
  ]);
});
