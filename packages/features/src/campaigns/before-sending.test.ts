import { createSimulator } from '@zaphub/providers';
import { silentLogger } from '@zaphub/telemetry';
import { createContacts, useTestDatabase } from '@zaphub/testing';
import { type Preflight, type SchedulePreview, weekday } from '@zaphub/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSendingEngine } from '../lanes/index.ts';
import { temporaryFolder } from '../ledger-fixture.ts';
import { compileTemplate } from '../templates/index.ts';
import { type CampaignFixture, campaignFixture } from './campaign-fixture.ts';

const database = useTestDatabase();
const at = '/campaigns/:campaign_id';
const run = (text: string, values: readonly unknown[]): Promise<number> =>
  database.system.system((tx) => tx.run(text, values));

/** A pool of the tenant's number and another one, whose id is answered. */
async function addToPool(tenant: CampaignFixture): Promise<string> {
  return database.system.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into connections (tenant_id, name, provider, status) select tenant_id, 'Second', provider, status
       from connections where id = $1 returning id`,
      [tenant.connectionId],
    );
    await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [id, tenant.tenantId]);
    await tx.run(
      `with pool as (insert into sender_pools (tenant_id, name) values ($1, 'Pool') returning id)
       insert into sender_pool_members (tenant_id, pool_id, connection_id)
       select $1, pool.id, c.id from pool, connections c where c.tenant_id = $1`,
      [tenant.tenantId],
    );
    return id;
  });
}

describe('the expected finish of a campaign', () => {
  test('is within a fifth of when it ends', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 81 });
    await run('update connections set rate_per_second = 40 where id = $1', [tenant.connectionId]);
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    const { estimated_seconds: seconds } = await tenant.call<Preflight>(`GET ${at}/preflight`, { ids });
    await tenant.call(`POST ${at}/start`, { ids });
    await tenant.prepare(id);
    const { dir, remove } = await temporaryFolder();
    const network = createSimulator({ journalDir: dir, receipts: false });
    const engine = createSendingEngine(
      { db: database.system, providerFor: () => network, compile: compileTemplate, logger: silentLogger },
      { owner: 'worker' },
    );
    onTestFinished(async () => {
      await engine.close();
      await network.close();
      await remove();
    });
    await engine.drain(tenant.connectionId);
    const { took } = await database.system.system((tx) =>
      tx.one<{ took: number }>(
        'select extract(epoch from max(sent_at) - min(marked_at))::float8 as took from messages where campaign_id = $1',
        [id],
      ),
    );
    expect(seconds).toBe(2);
    expect(took / 2).toBeGreaterThan(0.8);
    expect(took / 2).toBeLessThan(1.2);
  });

  test('of a pool is within a fifth of when it ends: the slower number holds the faster one back', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 120 });
    const second = await addToPool(tenant);
    await run('update connections set rate_per_second = 40 where id = $1', [tenant.connectionId]);
    await run('update connections set rate_per_second = 20 where id = $1', [second]);
    const id = await tenant.draft();
    await run(
      'update campaigns set pool_id = (select id from sender_pools where tenant_id = $2) where id = $1',
      [id, tenant.tenantId],
    );
    const ids = { campaign_id: id };
    const { estimated_seconds: seconds } = await tenant.call<Preflight>(`GET ${at}/preflight`, { ids });
    await tenant.call(`POST ${at}/start`, { ids });
    await tenant.prepare(id);
    const { dir, remove } = await temporaryFolder();
    const network = createSimulator({ journalDir: dir, receipts: false });
    const engines = [tenant.connectionId, second].map((line) => ({
      line,
      engine: createSendingEngine(
        { db: database.system, providerFor: () => network, compile: compileTemplate, logger: silentLogger },
        { owner: line },
      ),
    }));
    onTestFinished(async () => {
      await Promise.all(engines.map(({ engine }) => engine.close()));
      await network.close();
      await remove();
    });
    await Promise.all(engines.map(({ line, engine }) => engine.drain(line)));
    const { took, sent } = await database.system.system((tx) =>
      tx.one<{ took: number; sent: number }>(
        `select extract(epoch from max(sent_at) - min(marked_at))::float8 as took, count(sent_at) as sent
         from messages where campaign_id = $1`,
        [id],
      ),
    );
    expect([seconds, sent]).toEqual([3, 120]);
    expect(took / 3).toBeGreaterThan(0.8);
    expect(took / 3).toBeLessThan(1.2);
  });

  test("on the recipients' clocks waits for the last zone, and a preview says so before", async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 60 });
    await run(
      `update contacts set phone = '+8190' || right(phone, 8) where tenant_id = $1 and phone < '+5511900000030'`,
      [tenant.tenantId],
    );
    await run(`update tenants set timezone = 'America/Sao_Paulo' where id = $1`, [tenant.tenantId]);
    await run('update connections set rate_per_second = 1 where id = $1', [tenant.connectionId]);
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    const windows = [{ days: [...weekday.options], from: '09:00', to: '18:00' }];
    await tenant.call(`PUT ${at}/hours`, { ids, body: { hours: { windows, holidays: ['2050-06-01'] } } });
    const body = { starts_at_local: '2050-06-01T08:00', timezone: 'America/Sao_Paulo', clock: 'recipient' };
    const preview = await tenant.call<SchedulePreview>(`POST ${at}/schedule/preview`, { ids, body });
    expect(preview).toEqual({
      recipients: 60,
      too_late: 0,
      starts_at: '2050-05-31T23:00:00.000Z',
      first_at: '2050-06-02T00:00:00.000Z',
      last_zone_at: '2050-06-02T12:00:00.000Z',
      finishes_at: '2050-06-02T12:00:29.000Z',
      wait: { cause: 'holiday', holiday: '' },
      zones: [
        { zone: 'America/Sao_Paulo', recipients: 30, begins_at: '2050-06-02T12:00:00.000Z' },
        { zone: 'Asia/Tokyo', recipients: 30, begins_at: '2050-06-02T00:00:00.000Z' },
      ],
      more_zones: 0,
    });
    expect(await tenant.call(`GET ${at}`, { ids })).toMatchObject({ status: 'draft' });
    await tenant.call(`POST ${at}/schedule`, { ids, body });
    expect(await tenant.call<Preflight>(`GET ${at}/preflight`, { ids })).toMatchObject({
      expected_start_at: preview.first_at,
      expected_finish_at: preview.finishes_at,
    });
    // One clock for everybody: the evening is over, so it begins the next morning.
    const evening = { starts_at_local: '2050-06-02T20:00', timezone: 'America/Sao_Paulo' };
    expect(await tenant.call(`POST ${at}/schedule/preview`, { ids, body: evening })).toMatchObject({
      starts_at: '2050-06-02T23:00:00.000Z',
      first_at: '2050-06-03T12:00:00.000Z',
      finishes_at: '2050-06-03T12:00:59.000Z',
      wait: { cause: 'hours', holiday: null },
    });
  });

  test('tells each zone once, however contacts write it, and what is no zone as that of the campaign', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 12 });
    await run(
      `update contacts c set attributes = jsonb_build_object('timezone', (array['Asia/Tokyo', 'ASIA/tokyo', 'here'])[1 + n.nth % 3])
       from (select id, row_number() over () as nth from contacts where tenant_id = $1) n where c.id = n.id`,
      [tenant.tenantId],
    );
    const ids = { campaign_id: await tenant.draft() };
    const body = { starts_at_local: '2050-06-01T08:00', timezone: 'America/Bahia', clock: 'recipient' };
    const { zones, more_zones: more } = await tenant.call<SchedulePreview>(`POST ${at}/schedule/preview`, {
      ids,
      body,
    });
    expect(zones.map(({ zone, recipients }) => [zone.toLowerCase(), recipients])).toEqual([
      ['asia/tokyo', 8],
      ['america/bahia', 4],
    ]);
    expect(more).toBe(0);
  });

  test("a pool shares a campaign on the recipients' clocks", async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 10 });
    const second = await addToPool(tenant);
    const id = await tenant.draft();
    await run(
      `update campaigns set pool_id = (select id from sender_pools where tenant_id = $2), clock = 'recipient',
         starts_at_local = now(), status = 'preparing' where id = $1`,
      [id, tenant.tenantId],
    );
    await tenant.prepare(id);
    const shares = await database.system.system((tx) =>
      tx.rows(
        'select connection_id = $2 as is_second, count(*) as rows from messages where campaign_id = $1 group by 1 order by 1',
        [id, second],
      ),
    );
    expect(shares).toEqual([
      { is_second: false, rows: 5 },
      { is_second: true, rows: 5 },
    ]);
  });

  test('heeds the caps of the number, what it has sent today, and the hours', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 50 });
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    await run(`update tenants set timezone = 'UTC' where id = $1`, [tenant.tenantId]);
    await run('update connections set rate_per_second = 10, daily_cap = 20 where id = $1', [
      tenant.connectionId,
    ]);
    await run(
      `insert into connection_days (tenant_id, connection_id, day, sent, cap)
       values ($1, $2, (now() at time zone 'UTC')::date, 15, 20)`,
      [tenant.tenantId, tenant.connectionId],
    );
    const found = await tenant.call<Preflight>(`GET ${at}/preflight`, { ids });
    expect(found.left_today).toBe(5);
    // 5 today, 20 on each of the next two days, and 5 on the third.
    const days = (found.expected_finish_at ?? '').slice(0, 10);
    const third = new Date(Date.parse(found.expected_start_at) + 3 * 86_400_000).toISOString().slice(0, 10);
    expect(days).toBe(third);
    const never = { windows: [{ days: ['mon'], from: '09:00', to: '09:01' }] };
    await tenant.call(`PUT ${at}/hours`, { ids, body: { hours: never } });
    const weekly = await tenant.call<Preflight>(`GET ${at}/preflight`, { ids });
    expect(
      Date.parse(weekly.expected_finish_at ?? '') - Date.parse(weekly.expected_start_at),
    ).toBeGreaterThan(13 * 86_400_000);
  });
});

test('a test sends one person what the campaign says, and leaves the campaign as it is', async () => {
  const tenant = await campaignFixture(database);
  await createContacts(database.system, tenant.tenantId, { count: 2 });
  const id = await tenant.draft({ body: 'Oi {{ name }}' });
  const ids = { campaign_id: id };
  const before = await tenant.call(`GET ${at}`, { ids });
  const body = { to: '(11) 91234-5678' };
  const sent = await tenant.call<{ id: string }>(`POST ${at}/test`, { ids, body, idempotencyKey: 'k' });
  expect(await tenant.call(`POST ${at}/test`, { ids, body, idempotencyKey: 'k' })).toEqual(sent);
  const rows = await database.system.system((tx) =>
    tx.rows(
      `select m.direct, m.recipient, t.is_test, t.content from messages m join message_contents t on t.message_id = m.id
       where m.tenant_id = $1`,
      [tenant.tenantId],
    ),
  );
  expect(rows).toEqual([
    {
      direct: true,
      recipient: '+5511912345678',
      is_test: true,
      content: { kind: 'text', text: 'Oi Contact 2' },
    },
  ]);
  expect(await tenant.call(`GET ${at}`, { ids })).toEqual(before);
});
