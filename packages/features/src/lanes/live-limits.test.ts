import { setTimeout as pause } from 'node:timers/promises';
import { createSimulator, readJournal } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LedgerFixture, ledgerFixture, temporaryFolder } from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { verifyLedger } from '../verify/index.ts';
import { createSendingEngine, type SendingEngine } from './index.ts';

const database = useTestDatabase();

interface Stage {
  readonly ledger: LedgerFixture;
  readonly first: SendingEngine;
  readonly second: SendingEngine;
  /** When the network was asked, by its own clock. */
  instants(): Promise<number[]>;
  expectClean(): Promise<void>;
}

/** Two workers on one network, which takes some time to answer. */
async function open(recipients: number): Promise<Stage> {
  const ledger = await ledgerFixture(database, { recipients });
  const { dir, remove } = await temporaryFolder();
  const provider = createSimulator({
    journalDir: dir,
    receipts: false,
    maxInFlight: 20,
    latency: { minMs: 40, maxMs: 60 },
  });
  const engine = (owner: string): SendingEngine =>
    createSendingEngine(
      { db: ledger.db, providerFor: () => provider, compile: compileTemplate, logger: silentLogger },
      { owner, turnMs: 2_000 },
    );
  const [first, second] = [engine('first'), engine('second')];
  onTestFinished(async () => {
    await Promise.all([first.close(), second.close()]);
    await provider.close();
    await remove();
  });
  return {
    ledger,
    first,
    second,
    async instants() {
      const all: number[] = [];
      await readJournal(dir, { onEntry: ({ atMs }) => void all.push(atMs) });
      return all.sort((a, b) => a - b);
    },
    async expectClean() {
      const report = await verifyLedger(ledger.db, { journalDir: dir, campaignId: ledger.campaignId });
      expect(report.invariants.filter((invariant) => !invariant.isKept)).toEqual([]);
    },
  };
}

const patience = { timeout: 10_000, interval: 20 };

const between = (instants: readonly number[], from: number, to: number): number =>
  instants.filter((at) => at >= from && at < to).length;

describe('limits that change while messages go out', () => {
  test('a rate that is set has effect within two seconds, and one that is lifted too', async () => {
    const { ledger, first, instants, expectClean } = await open(3_000);
    const sending = first.drain(ledger.connectionId);
    await expect.poll(async () => (await instants()).length, patience).toBeGreaterThan(100);
    await ledger.run('update connections set rate_per_second = 10 where id = $1', [ledger.connectionId]);
    await pause(2_000);
    const slow = Date.now();
    await pause(1_000);
    expect(between(await instants(), slow, slow + 1_000)).toBeLessThanOrEqual(13);
    await ledger.run('update connections set rate_per_second = null where id = $1', [ledger.connectionId]);
    const lifted = Date.now();
    await pause(2_000);
    expect(between(await instants(), lifted, lifted + 2_000)).toBeGreaterThan(100);
    await ledger.run(`update campaigns set status = 'paused' where id = $1`);
    await sending;
    await expectClean();
  });

  test('a tenant’s rate is shared by numbers on two workers, and changes for both', async () => {
    const { ledger, first, second, instants, expectClean } = await open(400);
    const other = await ledger.db.system(async (tx) => {
      await tx.run('update tenants set rate_per_second = 20 where id = $1', [ledger.tenantId]);
      const { id } = await tx.one<{ id: string }>(
        `insert into connections (tenant_id, name, provider) values ($1, 'Other', 'simulator') returning id`,
        [ledger.tenantId],
      );
      await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [id, ledger.tenantId]);
      const made = await tx.one<{ id: string }>(
        `insert into campaigns (tenant_id, name, body, connection_id, audience, status, frozen_at, started_at)
         values ($1, 'Other', 'Hi', $2, '{"kind":"all"}', 'running', now(), now()) returning id`,
        [ledger.tenantId, id],
      );
      await tx.run(
        `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, recipient)
         select tenant_id, $2, contact_id, $3, position, recipient from messages where campaign_id = $1`,
        [ledger.campaignId, made.id, id],
      );
      await tx.run('insert into campaign_counters (campaign_id, tenant_id, total) values ($1, $2, 400)', [
        made.id,
        ledger.tenantId,
      ]);
      return id;
    });
    const sending = [first.drain(ledger.connectionId), second.drain(other)];
    await pause(2_500);
    const slow = await instants();
    const from = slow[0] ?? 0;
    expect(Math.abs(between(slow, from, from + 2_000) - 40)).toBeLessThanOrEqual(8);
    await ledger.run('update tenants set rate_per_second = 100 where id = $1', [ledger.tenantId]);
    await pause(3_000);
    const [fast, now] = [await instants(), Date.now()];
    expect(between(fast, now - 1_000, now)).toBeGreaterThan(60);
    expect(between(fast, now - 1_000, now)).toBeLessThanOrEqual(110);
    await ledger.run(`update campaigns set status = 'paused' where tenant_id = $1`, [ledger.tenantId]);
    await Promise.all(sending);
    await expectClean();
  });

  test('a number that is held stops in the middle of a claim: what was not marked goes back', async () => {
    const { ledger, first, instants, expectClean } = await open(500);
    const turn = first.runTurn(ledger.connectionId);
    await expect.poll(async () => (await instants()).length, patience).toBeGreaterThan(60);
    await ledger.run(`update connections set hold_cause = 'user' where id = $1`, [ledger.connectionId]);
    await turn;
    const held = (await instants()).length;
    expect(held).toBeLessThan(500);
    const { claimed = 0, sending = 0 } = await ledger.states();
    expect({ claimed, sending }).toEqual({ claimed: 0, sending: 0 });
    expect(await first.runTurn(ledger.connectionId)).toMatchObject({ outcome: 'busy' });
    await ledger.run(`update connections set hold_cause = null where id = $1`, [ledger.connectionId]);
    await first.drain(ledger.connectionId);
    expect(await ledger.states()).toEqual({ sent: 500 });
    await expectClean();
  });

  test('a cap for the day is kept to the last one, by retries too', async () => {
    const { ledger, first, instants, expectClean } = await open(80);
    await ledger.run('update connections set daily_cap = 50 where id = $1', [ledger.connectionId]);
    const result = await first.runTurn(ledger.connectionId);
    await first.runTurn(ledger.connectionId);
    expect(result.nextInMs).toBeGreaterThan(1_000);
    expect((await instants()).length).toBe(50);
    expect(await ledger.states()).toEqual({ sent: 50, pending: 30 });
    expect(
      await ledger.run(`select from lanes where connection_id = $1 and wait_cause = 'daily_cap'`, [
        ledger.connectionId,
      ]),
    ).toBe(1);
    await expectClean();
  });
});
