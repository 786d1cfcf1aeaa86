import type { TenantScope } from '@zaphub/db';
import { createSimulator } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { type RedriveResult, toPublicId } from '@zaphub/types';
import { expect, onTestFinished, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import { createSendingEngine } from '../lanes/index.ts';
import { ledgerFixture, temporaryFolder } from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { deadLetterRoutes } from './index.ts';

const database = useTestDatabase();

test('a campaign whose failures are sent again ends with everybody once, by the network’s own journal', async () => {
  const ledger = await ledgerFixture(database, { recipients: 300 });
  const { dir, remove } = await temporaryFolder();
  const network = (refused01: number) =>
    createSimulator({
      journalDir: dir,
      receipts: false,
      rates: { refused01, notSent01: 0, throttled01: 0, serverError01: 0, lostReply01: 0 },
    });
  let simulator = network(0.4);
  const engine = createSendingEngine(
    { db: ledger.db, providerFor: () => simulator, compile: compileTemplate, logger: silentLogger },
    { owner: 'worker' },
  );
  onTestFinished(async () => {
    await engine.close();
    await simulator.close();
    await remove();
  });
  const scope: TenantScope = {
    tenantId: ledger.tenantId,
    actor: { kind: 'user', userId: ledger.ownerId },
    role: 'operator',
  };
  const cause = {
    campaign_id: toPublicId('campaign', ledger.campaignId),
    connection_id: toPublicId('connection', ledger.connectionId),
    code: 'recipient_unavailable',
  };
  const redrive = () =>
    callRoute<RedriveResult>(
      deadLetterRoutes,
      'POST /dead-letters/redrive',
      { db: database.api, scope },
      { body: { cause } },
    );
  const violations = async () => {
    const report = await verifyLedger(database.system, { journalDir: dir, campaignId: ledger.campaignId });
    return report.invariants.filter(({ isKept }) => !isKept);
  };

  await engine.drain(ledger.connectionId);
  const failedFirst = (await ledger.states())['dlq'] ?? 0;
  expect(failedFirst).toBeGreaterThan(50);
  expect(await violations()).toEqual([]);
  // Nothing was mended: they fail again, and may be sent again.
  expect(await redrive()).toEqual({ redriven: failedFirst, left: {} });
  await engine.drain(ledger.connectionId);
  expect((await ledger.states())['dlq']).toBe(failedFirst);
  expect(await violations()).toEqual([]);

  await simulator.close();
  simulator = network(0);
  // Asked for by two people, while the engine is at work.
  const [results] = await Promise.all([
    Promise.all([redrive(), redrive()]),
    engine.drain(ledger.connectionId),
  ]);
  expect(results.reduce((sum, { redriven }) => sum + redriven, 0)).toBe(failedFirst);
  await engine.drain(ledger.connectionId);
  expect(await ledger.states()).toEqual({ sent: 300 });
  expect(await ledger.counters()).toEqual({ sent: 300 });
  expect(await violations()).toEqual([]);
}, 60_000);
