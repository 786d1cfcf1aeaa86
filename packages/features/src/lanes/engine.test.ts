import { createSimulator, type Provider, readJournal, type SimulatorOptions } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type FixtureOptions,
  type LedgerFixture,
  ledgerFixture,
  temporaryFolder,
} from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { createSendingEngine, type SendingEngine } from './create-sending-engine.ts';
import type { EngineOptions } from './engine-deps.ts';

const database = useTestDatabase();

interface Stage {
  readonly ledger: LedgerFixture;
  readonly engine: SendingEngine;
  readonly provider: Provider;
  readonly journalDir: string;
  /** Another worker on the same lane and network. */
  another(): SendingEngine;
  expectClean(): Promise<void>;
}

async function open(
  fixture: FixtureOptions,
  options: {
    simulator?: Partial<SimulatorOptions>;
    engine?: Partial<EngineOptions>;
    wrap?: (p: Provider) => Provider;
  } = {},
): Promise<Stage> {
  const ledger = await ledgerFixture(database, fixture);
  const { dir, remove } = await temporaryFolder();
  const simulator = createSimulator({ journalDir: dir, receipts: false, ...options.simulator });
  const provider = options.wrap?.(simulator) ?? simulator;
  const engines: SendingEngine[] = [];
  const another = (): SendingEngine => {
    const engine = createSendingEngine(
      { db: ledger.db, providerFor: () => provider, compile: compileTemplate, logger: silentLogger },
      { owner: `worker-${engines.length}`, ...options.engine },
    );
    engines.push(engine);
    return engine;
  };
  onTestFinished(async () => {
    await Promise.all(engines.map((engine) => engine.close()));
    await simulator.close();
    await remove();
  });
  return {
    ledger,
    engine: another(),
    provider,
    journalDir: dir,
    another,
    async expectClean() {
      const { campaignId } = ledger;
      const report = await verifyLedger(ledger.db, { journalDir: dir, campaignId });
      expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
    },
  };
}

const status = async ({ db, campaignId }: LedgerFixture): Promise<string> => {
  const row = await db.system((tx) =>
    tx.one<{ status: string }>('select status from campaigns where id = $1', [campaignId]),
  );
  return row.status;
};

describe('a sending engine', () => {
  test('sends a campaign to its end and completes it', async () => {
    const { ledger, engine, expectClean } = await open({ recipients: 2_345 });
    expect(await engine.drain(ledger.connectionId)).toBe(2_345);
    expect(await ledger.states()).toEqual({ sent: 2_345 });
    expect(await status(ledger)).toBe('completed');
    await expectClean();
  });

  test('keeps the order of the recipients on a paced connection', async () => {
    const { ledger, engine, journalDir } = await open({ recipients: 60 });
    await ledger.run('update connections set rate_per_second = 200 where id = $1', [ledger.connectionId]);
    await engine.drain(ledger.connectionId);
    const phones: string[] = [];
    await readJournal(journalDir, { onEntry: (entry) => phones.push(entry.phone) });
    expect(phones).toEqual([...phones].sort());
  });

  test('keeps to the rate of the connection, over turns as well', async () => {
    const { ledger, engine, expectClean } = await open({ recipients: 60 }, { engine: { turnMs: 200 } });
    await ledger.run('update connections set rate_per_second = 40 where id = $1', [ledger.connectionId]);
    const startedMs = performance.now();
    await engine.drain(ledger.connectionId);
    expect(performance.now() - startedMs).toBeGreaterThan(1_200);
    await expectClean();
  });

  test('keeps to the rate of the campaign', async () => {
    const { ledger, engine, expectClean } = await open({ recipients: 40 });
    await ledger.run('update campaigns set rate_per_second = 40 where id = $1');
    const startedMs = performance.now();
    await engine.drain(ledger.connectionId);
    expect(performance.now() - startedMs).toBeGreaterThan(700);
    await expectClean();
  });

  test('gives each campaign of a lane its turn', async () => {
    const { ledger, engine, journalDir } = await open(
      { recipients: 400 },
      { engine: { claimSize: 20, streams: 1 } },
    );
    const small = await ledger.db.system(async (tx) => {
      const { id } = await tx.one<{ id: string }>(
        `insert into campaigns (tenant_id, name, body, connection_id, audience, status, frozen_at, started_at)
         values ($1, 'Small', 'Hi', $2, '{"kind":"all"}', 'running', now(), now()) returning id`,
        [ledger.tenantId, ledger.connectionId],
      );
      await tx.run(
        `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
         select $1, $2, id, $3, row_number() over (order by id), phone from contacts where tenant_id = $1
         order by id limit 40`,
        [ledger.tenantId, id, ledger.connectionId],
      );
      await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, 40)', [
        id,
        ledger.tenantId,
      ]);
      return id;
    });
    await engine.drain(ledger.connectionId);
    let requests = 0;
    let lastOfSmall = 0;
    await readJournal(journalDir, {
      onEntry(entry) {
        requests++;
        if (entry.campaign === small) lastOfSmall = requests;
      },
    });
    expect(requests).toBe(440);
    expect(lastOfSmall).toBeLessThanOrEqual(120);
  });

  test('leaves a lane alone that somebody holds', async () => {
    const { ledger, engine, another } = await open(
      { recipients: 200 },
      { simulator: { latency: { minMs: 30, maxMs: 30 }, maxInFlight: 20 }, engine: { claimSize: 20 } },
    );
    const running = engine.runTurn(ledger.connectionId);
    await expect
      .poll(() =>
        ledger.run('select from lanes where connection_id = $1 and owner is not null', [ledger.connectionId]),
      )
      .toBe(1);
    expect(await another().runTurn(ledger.connectionId)).toMatchObject({ outcome: 'busy', sent: 0 });
    expect(await running).toMatchObject({ outcome: 'done', sent: 200 });
  });

  test('two at once send everybody one message', async () => {
    const { ledger, engine, another, journalDir, expectClean } = await open(
      { recipients: 3_000 },
      { simulator: { deduplicates: false, latency: { minMs: 0, maxMs: 5 } }, engine: { turnMs: 100 } },
    );
    const sent = await Promise.all([engine.drain(ledger.connectionId), another().drain(ledger.connectionId)]);
    expect(sent[0] + sent[1]).toBe(3_000);
    expect(await readJournal(journalDir)).toMatchObject({
      requests: 3_000,
      duplicates: 0,
      recipients: 3_000,
    });
    await expectClean();
  });

  test('does not send to a contact without a value for a variable', async () => {
    const { ledger, engine, expectClean } = await open({ recipients: 10 });
    await ledger.run(`update campaigns set body = 'Hi {{ name }} of {{ city }}' where id = $1`);
    await ledger.run(`update contacts set attributes = '{"city":"Natal"}' where id = any($1::uuid[])`, [
      ledger.contactIds.slice(0, 7),
    ]);
    await engine.drain(ledger.connectionId);
    expect(await ledger.states()).toEqual({ sent: 7, skipped: 3 });
    expect(
      await ledger.run(`select from messages where campaign_id = $1 and reason = 'missing_variable'`),
    ).toBe(3);
    expect(await status(ledger)).toBe('completed');
    await expectClean();
  });

  test('ends a campaign at once when everybody has opted out since its audience was frozen', async () => {
    const { ledger, engine, expectClean } = await open({ recipients: 5 });
    await ledger.run('update contacts set opted_out_at = now() where tenant_id = $1', [ledger.tenantId]);
    expect(await engine.drain(ledger.connectionId)).toBe(0);
    expect(await ledger.states()).toEqual({ skipped: 5 });
    expect(await status(ledger)).toBe('completed');
    await expectClean();
  });

  test('waits as long as the network asks for, uses up no attempt, and sends everybody', async () => {
    const { ledger, engine, expectClean, journalDir } = await open(
      { recipients: 100 },
      { simulator: { rates: { throttled01: 0.05 }, retryAfterMs: 300, seed: 5 } },
    );
    await engine.drain(ledger.connectionId);
    expect(await ledger.states()).toEqual({ sent: 100 });
    expect(await ledger.run('select from messages where campaign_id = $1 and attempts <> 1')).toBe(0);
    expect((await readJournal(journalDir)).requests).toBeGreaterThan(100);
    await expectClean();
  });

  test('stops asking a network that is away, tries it with one message, and then sends everybody', async () => {
    let isAway = true;
    let asked = 0;
    const flaky = (provider: Provider): Provider => ({
      ...provider,
      abilities: { ...provider.abilities, maxInFlight: 6 },
      send: (request, options) => {
        asked++;
        return isAway
          ? Promise.resolve({ kind: 'not_sent', code: 'connection_refused' })
          : provider.send(request, options);
      },
    });
    const { ledger, engine, expectClean } = await open({ recipients: 60 }, { wrap: flaky });
    const draining = engine.drain(ledger.connectionId);
    await expect.poll(() => asked).toBeGreaterThanOrEqual(6);
    await expect.poll(async () => (await ledger.states())['sending'] ?? 0).toBe(0);
    // Once the wall was met, nobody else ran into it.
    expect(asked).toBeLessThan(12);
    isAway = false;
    await draining;
    expect(await ledger.states()).toEqual({ sent: 60 });
    expect(asked).toBeLessThan(72);
    await expectClean();
  });

  test('asks again after lost answers when the network deduplicates: everybody once', async () => {
    const { ledger, engine, journalDir, expectClean } = await open(
      { recipients: 300 },
      { simulator: { rates: { lostReply01: 0.08, serverError01: 0.04 }, lostAfterMs: 5 } },
    );
    await engine.drain(ledger.connectionId);
    expect(await ledger.states()).toEqual({ sent: 300 });
    const journal = await readJournal(journalDir);
    expect(journal).toMatchObject({ deliveries: 300, duplicates: 0 });
    expect(journal.repeats).toBeGreaterThan(5);
    await expectClean();
  });

  test('gives up on a request without an answer and frees the slot', async () => {
    const blackHole = (provider: Provider): Provider => ({
      ...provider,
      abilities: { ...provider.abilities, deduplicates: false, maxInFlight: 5 },
      send: (request, options) =>
        request.to.endsWith('7') ? new Promise(() => undefined) : provider.send(request, options),
    });
    const { ledger, engine } = await open(
      { recipients: 20 },
      { wrap: blackHole, engine: { sendTimeoutMs: 150 } },
    );
    await engine.drain(ledger.connectionId);
    expect(await ledger.states()).toEqual({ sent: 18, unknown: 2 });
    expect(await status(ledger)).toBe('completed');
  });

  test('brings a turn to a good end when it closes: nothing is held, nothing unknown', async () => {
    const { ledger, engine, another, expectClean } = await open(
      { recipients: 500 },
      { simulator: { deduplicates: false, latency: { minMs: 10, maxMs: 30 }, maxInFlight: 20 } },
    );
    const running = engine.runTurn(ledger.connectionId);
    await expect.poll(async () => (await ledger.states())['sent'] ?? 0).toBeGreaterThan(30);
    await engine.close();
    expect((await running).nextInMs).toBe(0);
    const { claimed = 0, sending = 0, unknown = 0 } = await ledger.states();
    expect({ claimed, sending, unknown }).toEqual({ claimed: 0, sending: 0, unknown: 0 });
    await another().drain(ledger.connectionId);
    expect(await ledger.states()).toEqual({ sent: 500 });
    await expectClean();
  });

  test('leaves the rows of an unreadable text queued', async () => {
    const { ledger, engine } = await open({ recipients: 3 });
    await ledger.run(`update campaigns set body = '{{ broken' where id = $1`);
    expect(await engine.runTurn(ledger.connectionId)).toMatchObject({ sent: 0 });
    expect(await ledger.states()).toEqual({ pending: 3 });
  });
});
