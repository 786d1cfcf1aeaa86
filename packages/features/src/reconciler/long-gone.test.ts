import { silentLogger } from '@zaphub/telemetry';
import { useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { type LedgerFixture, ledgerFixture } from '../ledger-fixture.ts';
import { engineSteps } from './steps.ts';

describe('the reconciler after a long absence', () => {
  const database = useTestDatabase();

  async function pass(fixture: LedgerFixture): Promise<void> {
    const steps = engineSteps({ db: fixture.db, logger: silentLogger, deduplicating: new Set() });
    for (const step of steps) await step.run();
  }

  test('skips the rest of a campaign that was cancelled days ago', async () => {
    const fixture = await ledgerFixture(database, { recipients: 3 });
    await fixture.run(
      `update campaigns set status = 'cancelled', finished_at = now() - interval '5 days' where id = $1`,
    );
    await pass(fixture);
    expect(await fixture.states()).toEqual({ skipped: 3 });
  });

  test('rings a lane although a job for it lies in the outbox that cannot be handed over', async () => {
    const fixture = await ledgerFixture(database, { recipients: 1 });
    await fixture.run(
      `insert into outbox (tenant_id, job, payload, due_at)
       values ($1, 'message.send', jsonb_build_object('connectionId', $2::text), now() + interval '1 hour')`,
      [fixture.tenantId, fixture.connectionId],
    );
    await pass(fixture);
    const { n } = await fixture.db.system((tx) =>
      tx.one<{ n: number }>(
        'select count(*) as n from outbox where tenant_id = $1 and due_at <= clock_timestamp()',
        [fixture.tenantId],
      ),
    );
    expect(n).toBe(1);
  });
});
