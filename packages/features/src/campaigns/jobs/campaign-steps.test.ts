import { createContacts, useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { campaignFixture } from '../campaign-fixture.ts';
import { campaignSteps } from './campaign-steps.ts';

const database = useTestDatabase();
const at = '/campaigns/:campaign_id';

async function reconcile(name: string): Promise<number> {
  const step = campaignSteps({ db: database.system }).find((each) => each.name === name);
  return step ? step.run() : -1;
}

test('a preparation that nobody works at is ordered again, once', async () => {
  const tenant = await campaignFixture(database);
  await createContacts(database.system, tenant.tenantId, { count: 1 });
  const id = await tenant.draft();
  await tenant.call(`POST ${at}/start`, { ids: { campaign_id: id } });
  const age = (): Promise<number> =>
    database.system.system(async (tx) => {
      await tx.run(`update campaigns set started_at = now() - interval '1 minute' where id = $1`, [id]);
      return tx.run(
        `update campaign_counters set updated_at = now() - interval '1 minute' where campaign_id = $1`,
        [id],
      );
    });
  await age();
  // The order is still in the outbox: it is not lost.
  expect(await reconcile('resume-preparing')).toBe(0);
  await database.system.system((tx) => tx.run('delete from outbox where tenant_id = $1', [tenant.tenantId]));
  expect(await reconcile('resume-preparing')).toBe(1);
  expect(await tenant.jobs()).toEqual(['campaign.prepare']);
  await database.system.system((tx) => tx.run('delete from outbox where tenant_id = $1', [tenant.tenantId]));
  expect(await reconcile('resume-preparing')).toBe(0);
  await tenant.prepare(id);
  await age();
  expect(await reconcile('resume-preparing')).toBe(0);
});

test('a scheduled campaign is started when it is due', async () => {
  const tenant = await campaignFixture(database);
  await createContacts(database.system, tenant.tenantId, { count: 1 });
  const id = await tenant.draft();
  await database.system.system((tx) =>
    tx.run(`update campaigns set status = 'scheduled', scheduled_at = now() where id = $1`, [id]),
  );
  expect(await reconcile('start-due-campaigns')).toBe(1);
});
