import { createContacts, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { campaignFixture } from '../campaign-fixture.ts';
import type { CampaignFixture } from '../campaign-fixture.ts';
import { createCancelHandler } from './cancel-campaign.ts';

const database = useTestDatabase();
const at = '/campaigns/:campaign_id';
const signal = new AbortController().signal;

function change(tenant: CampaignFixture, what: string, names: string[]): Promise<number> {
  return database.system.system((tx) =>
    tx.run(`update contacts set ${what} where tenant_id = $1 and name = any($2)`, [tenant.tenantId, names]),
  );
}

async function started(tenant: CampaignFixture, options?: { body?: string; tag?: string }): Promise<string> {
  const id = await tenant.draft(options);
  await tenant.call(`POST ${at}/start`, { ids: { campaign_id: id } });
  return id;
}

describe('preparing a campaign', () => {
  test('freezes everybody with the reason of those who get nothing', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 6, attributes: { city: 'Natal' } });
    await change(tenant, 'opted_out_at = now()', ['Contact 1']);
    await change(tenant, 'phone = null', ['Contact 2']);
    await change(tenant, `attributes = '{}'`, ['Contact 3']);
    const id = await started(tenant, { body: 'Oi {{ city }}' });
    await tenant.prepare(id);
    expect(await tenant.ledger(id)).toEqual({
      pending: 3,
      'skipped opted_out': 1,
      'skipped no_phone': 1,
      'skipped missing_variable': 1,
    });
    expect(await tenant.call(`GET ${at}`, { ids: { campaign_id: id } })).toMatchObject({
      status: 'running',
      counters: { total: 6, skipped: 3, open: 3 },
    });
    const positions = await database.system.system((tx) =>
      tx.rows<{ position: number; queued: boolean }>(
        'select position, queued from messages where campaign_id = $1 order by contact_id',
        [id],
      ),
    );
    expect(positions.map((row) => row.position)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(positions.map((row) => row.queued)).toEqual([false, false, false, true, true, true]);
  });

  test('takes those with the tag only, and nobody who came after the start', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 2, tag: 'vip' });
    await createContacts(database.system, tenant.tenantId, { count: 3, firstPhone: 5_521_900_000_000 });
    const id = await started(tenant, { tag: 'vip' });
    await createContacts(database.system, tenant.tenantId, {
      count: 1,
      tag: 'vip',
      firstPhone: 5_531_900_000_000,
    });
    await tenant.prepare(id);
    expect(await tenant.ledger(id)).toEqual({ pending: 2 });
  });

  test('of more than one chunk counts everybody once, also when two do it at once and again later', async () => {
    const tenant = await campaignFixture(database);
    const count = 41_000;
    await createContacts(database.system, tenant.tenantId, { count });
    const id = await started(tenant);
    await Promise.all([tenant.prepare(id), tenant.prepare(id)]);
    await tenant.prepare(id);
    expect(await tenant.ledger(id)).toEqual({ pending: count });
    expect(await tenant.call(`GET ${at}`, { ids: { campaign_id: id } })).toMatchObject({
      status: 'running',
      counters: { total: count, open: count, skipped: 0 },
    });
    expect(await tenant.jobs()).toEqual(['campaign.prepare', 'message.send']);
    const { last, distinct } = await database.system.system((tx) =>
      tx
        .one<{ last: number; distinct: number }>(
          'select max(position) as last, count(distinct position) from messages where campaign_id = $1',
          [id],
        )
        .then((row) => ({ last: row.last, distinct: Object.values(row)[1] })),
    );
    expect([last, distinct]).toEqual([count, count]);

    await database.system.system((tx) =>
      tx.run(`update campaigns set status = 'cancelled' where id = $1`, [id]),
    );
    const payload = { tenantId: tenant.tenantId, campaignId: id };
    await createCancelHandler({ db: database.system })({ payload, attempt: 1, signal, closing: signal });
    expect(await tenant.ledger(id)).toEqual({ 'skipped cancelled': count });
    expect(await tenant.call(`GET ${at}`, { ids: { campaign_id: id } })).toMatchObject({
      counters: { total: count, open: 0, skipped: count },
    });
  }, 60_000);

  test('goes on in the next worker when this one closes', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 2 });
    const id = await started(tenant);
    await tenant.prepare(id, { closing: AbortSignal.abort() });
    expect(await tenant.ledger(id)).toEqual({});
    expect(await tenant.jobs()).toEqual(['campaign.prepare', 'campaign.prepare']);
  });

  test('of an audience that has become empty fails and says why', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    const id = await started(tenant);
    await database.system.system((tx) =>
      tx.run('delete from contacts where tenant_id = $1', [tenant.tenantId]),
    );
    await tenant.prepare(id);
    expect(await tenant.call(`GET ${at}`, { ids: { campaign_id: id } })).toMatchObject({
      status: 'failed',
      error: { code: 'audience_empty' },
    });
  });

  test("does nothing under another tenant's id", async () => {
    const [tenant, other] = [await campaignFixture(database), await campaignFixture(database)];
    await createContacts(database.system, other.tenantId, { count: 1 });
    const id = await started(other);
    await expect(tenant.prepare(id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await other.ledger(id)).toEqual({});
  });
});

describe('skipping the rest of a cancelled campaign', () => {
  test("does nothing under another tenant's id", async () => {
    const [tenant, other] = [await campaignFixture(database), await campaignFixture(database)];
    await createContacts(database.system, other.tenantId, { count: 1 });
    const id = await started(other);
    await other.prepare(id);
    await database.system.system((tx) =>
      tx.run(`update campaigns set status = 'cancelled' where id = $1`, [id]),
    );
    const payload = { tenantId: tenant.tenantId, campaignId: id };
    const cancel = createCancelHandler({ db: database.system })({
      payload,
      attempt: 1,
      signal,
      closing: signal,
    });
    await expect(cancel).rejects.toMatchObject({ code: 'not_found' });
    expect(await other.ledger(id)).toEqual({ pending: 1 });
  });
});
