import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import { startReconciler } from './start-reconciler.ts';
import { engineSteps } from './steps.ts';

const database = useTestDatabase();

const runSteps = async ({ db }: LedgerFixture): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const step of engineSteps({ db, logger: silentLogger, deduplicating: new Set() })) {
    counts[step.name] = await step.run();
  }
  return counts;
};
const ringsFor = async (ledger: LedgerFixture): Promise<number> =>
  ledger.run(`select from outbox where job = 'message.send' and tenant_id = $1`, [ledger.tenantId]);
const clearOutbox = (ledger: LedgerFixture): Promise<number> => ledger.run('delete from outbox', []);

describe('the reconciler', () => {
  test('rings a lane that has work and nobody at it, once', async () => {
    const ledger = await ledgerFixture(database, { recipients: 2 });
    await clearOutbox(ledger);
    await runSteps(ledger);
    await runSteps(ledger);
    expect(await ringsFor(ledger)).toBe(1);
  });

  test('does not ring a lane that somebody holds, nor one whose retries are not due', async () => {
    const ledger = await ledgerFixture(database, { recipients: 2 });
    await clearOutbox(ledger);
    await ledger.run(
      `update lanes set owner = 'x', lease_until = now() + interval '1 minute' where connection_id = $1`,
      [ledger.connectionId],
    );
    await runSteps(ledger);
    expect(await ringsFor(ledger)).toBe(0);
    await ledger.run('update lanes set owner = null, lease_until = null where connection_id = $1', [
      ledger.connectionId,
    ]);
    await ledger.run('insert into campaign_heads (campaign_id, tenant_id, position) values ($1, $2, 2)', [
      ledger.campaignId,
      ledger.tenantId,
    ]);
    await ledger.run(
      `update messages set retry = true, due_at = now() + interval '1 hour' where campaign_id = $1`,
    );
    await runSteps(ledger);
    expect(await ringsFor(ledger)).toBe(0);
    await ledger.run(`update messages set due_at = now() where campaign_id = $1`);
    await runSteps(ledger);
    expect(await ringsFor(ledger)).toBe(1);
  });

  test('ends leases, and completes a campaign that has nothing left', async () => {
    const ledger = await ledgerFixture(database, { recipients: 1 });
    await ledger.claim({ leaseMs: 1 });
    await expect.poll(async () => (await runSteps(ledger))['end-leases']).toBe(1);
    await ledger.run(
      `update messages set state = 'failed', queued = false, retry = false where campaign_id = $1`,
    );
    await ledger.run('update campaign_counters set failed = 1 where campaign_id = $1');
    await runSteps(ledger);
    expect(await ledger.run(`select from campaigns where id = $1 and status = 'completed'`)).toBe(1);
  });

  test('counts again when the counters keep a campaign from its end', async () => {
    const ledger = await ledgerFixture(database, { recipients: 1 });
    await ledger.claim();
    await ledger.run('delete from claims where campaign_id = $1');
    await ledger.run(`update messages set state = 'failed' where campaign_id = $1`);
    await runSteps(ledger);
    expect(await ledger.counters()).toEqual({ failed: 1 });
    expect(await ledger.run(`select from campaigns where id = $1 and status = 'completed'`)).toBe(1);
  });

  test('skips what came back to a cancelled campaign', async () => {
    const ledger = await ledgerFixture(database, { recipients: 3 });
    await ledger.run(`update campaigns set status = 'cancelled', finished_at = now() where id = $1`);
    await runSteps(ledger);
    expect(await ledger.states()).toEqual({ skipped: 3 });
  });

  test('runs in one process at a time, and goes on after a step that failed', async () => {
    const inside = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    let ran = 0;
    const steps = [
      { name: 'fails', run: () => Promise.reject(new Error('no')) },
      {
        name: 'waits',
        run: async () => {
          ran++;
          inside.resolve();
          await mayEnd.promise;
          return 0;
        },
      },
    ];
    const deps = { db: database.system, logger: silentLogger };
    const first = startReconciler(deps, { steps, everyMs: 60_000 });
    await inside.promise;
    const second = startReconciler(deps, { steps: [], everyMs: 60_000 });
    expect(await second.runOnce()).toBe(false);
    mayEnd.resolve();
    await Promise.all([first.close(), second.close()]);
    expect(ran).toBe(1);
  });
});
