import { createContacts, useTestDatabase } from '@zaphub/testing';
import type { Campaign } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import { claimBatch, markSending } from '../messages/index.ts';
import { scheduleRoutes, scheduleSteps } from '../schedules/index.ts';
import { startDueCampaigns } from './actions/start-due-campaigns.ts';
import { campaignFixture, type CampaignFixture } from './campaign-fixture.ts';

const database = useTestDatabase();
const at = '/campaigns/:campaign_id';
/** Open for the whole of the days named. */
const days = (...names: string[]) => ({ windows: [{ days: names, from: '00:00', to: '24:00' }] });
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const run = (text: string, values: readonly unknown[]): Promise<number> =>
  database.system.system((tx) => tx.run(text, values));
const claim = (tenant: CampaignFixture, campaignId: string, kind: 'fresh' | 'retry' = 'fresh') =>
  claimBatch(database.system.statement, {
    connectionId: tenant.connectionId,
    campaignId,
    owner: 'test',
    leaseMs: 60_000,
    limit: 10,
    needsAttributes: false,
    kind,
  });
const passSteps = async (): Promise<void> => {
  for (const step of scheduleSteps({ db: database.system })) await step.run();
};

/** A campaign that is being sent, with these hours. */
async function running(options: { recipients: number; hours: unknown }): Promise<[CampaignFixture, string]> {
  const tenant = await campaignFixture(database);
  await createContacts(database.system, tenant.tenantId, { count: options.recipients });
  const id = await tenant.draft();
  const ids = { campaign_id: id };
  await tenant.call(`PUT ${at}/hours`, { ids, body: { hours: options.hours } });
  await tenant.call(`POST ${at}/start`, { ids });
  await tenant.prepare(id);
  return [tenant, id];
}

describe('a campaign with hours', () => {
  test('sends nothing outside them, and goes on when its next opening has come', async () => {
    const [tenant, id] = await running({ recipients: 3, hours: days(...everyDay) });
    expect((await claim(tenant, id))?.messages).toHaveLength(3);
    await run('delete from claims where campaign_id = $1', [id]);
    await run(`update messages set state = 'pending', queued = true, retry = true where campaign_id = $1`, [
      id,
    ]);
    await run(`update campaigns set opens_at = now() - interval '2 s', closes_at = now() where id = $1`, [
      id,
    ]);
    expect(await claim(tenant, id, 'retry')).toBeUndefined();
    await passSteps();
    const shown = await tenant.call(`GET ${at}`, { ids: { campaign_id: id } });
    expect(Date.parse(shown.closes_at ?? '')).toBeGreaterThan(Date.now());
    expect((await claim(tenant, id, 'retry'))?.messages).toHaveLength(3);
  });

  test('marks nothing that was claimed before they ended', async () => {
    const [tenant, id] = await running({ recipients: 2, hours: days(...everyDay) });
    const taken = await claim(tenant, id);
    await run(`update campaigns set opens_at = now() - interval '2 s', closes_at = now() where id = $1`, [
      id,
    ]);
    const mark = await markSending(database.system.statement, {
      campaignId: id,
      fence: taken?.fence ?? 0,
      messages: taken?.messages ?? [],
    });
    expect(mark).toMatchObject({ status: 'paused', settled: 0 });
    expect(mark.ids.size).toBe(0);
  });

  test('takes new ones while it is running, and holidays of the tenant with them', async () => {
    const [tenant, id] = await running({ recipients: 1, hours: null });
    const ids = { campaign_id: id };
    expect((await tenant.call(`GET ${at}`, { ids })).opens_at).toBeNull();
    const today = new Date().toISOString().slice(0, 10);
    const near = [-1, 0, 1].map((days) =>
      new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10),
    );
    await tenant.call(`PUT ${at}/hours`, { ids, body: { hours: days(...everyDay) } });
    const holidays = near.map((day) => ({ day, name: 'Day' }));
    const as = { db: database.api, scope: tenant.scope };
    expect(await callRoute(scheduleRoutes, 'PUT /holidays', as, { body: { holidays } })).toEqual({
      holidays,
    });
    const shown = await tenant.call(`GET ${at}`, { ids });
    expect(Date.parse(shown.opens_at ?? '')).toBeGreaterThan(Date.now());
    expect(await claim(tenant, id)).toBeUndefined();
  });

  test('is refused hours that never open', async () => {
    const tenant = await campaignFixture(database);
    const id = await tenant.draft();
    const hours = { ...days('mon'), quiet: { from: '00:00', to: '24:00' } };
    const call = tenant.call(`PUT ${at}/hours`, { ids: { campaign_id: id }, body: { hours } });
    await expect(call).rejects.toMatchObject({ code: 'hours_never_open' });
  });
});

describe('a start', () => {
  const schedule = (tenant: CampaignFixture, id: string, body: unknown): Promise<Campaign> =>
    tenant.call(`POST ${at}/schedule`, { ids: { campaign_id: id }, body });

  test('at a time of the zone is the instant at which its clocks show it', async () => {
    const tenant = await campaignFixture(database);
    const id = await tenant.draft();
    const body = { starts_at_local: '2050-03-13T02:30', timezone: 'America/New_York' };
    expect(await schedule(tenant, id, body)).toMatchObject({
      scheduled_at: '2050-03-13T07:00:00.000Z',
      starts_at_local: '2050-03-13T02:30',
      clock: 'campaign',
    });
    for (const wrong of [
      { ...body, scheduled_at: '2050-01-01T00:00:00Z' },
      { timezone: 'UTC' },
      { timezone: 'UTC', clock: 'recipient', scheduled_at: '2050-01-01T00:00:00Z' },
      { ...body, starts_at_local: '2050-02-30T09:00' },
    ]) {
      await expect(schedule(tenant, id, wrong)).rejects.toMatchObject({ code: 'invalid_body' });
    }
    await expect(schedule(tenant, id, { ...body, timezone: '+03:00' })).rejects.toMatchObject({
      code: 'bad_request',
    });
    await expect(
      schedule(tenant, id, { ...body, starts_at_local: '2020-01-01T09:00' }),
    ).rejects.toMatchObject({
      code: 'schedule_in_past',
    });
  });

  test.each([
    ['send', 'preparing', null],
    ['skip', 'failed', null],
    ['ask', 'paused', 'late'],
  ])('that was missed goes by the policy %s', async (policy, status, cause) => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    await schedule(tenant, id, {
      scheduled_at: '2099-01-01T00:00:00Z',
      timezone: 'UTC',
      late_policy: policy,
      late_after_seconds: 600,
    });
    await run(`update campaigns set scheduled_at = now() - interval '3 hours' where id = $1`, [id]);
    await startDueCampaigns({ db: database.system });
    const shown = await tenant.call(`GET ${at}`, { ids });
    expect([shown.status, shown.held?.cause ?? null]).toEqual([status, cause]);
    if (status === 'failed') expect(shown.error?.code).toBe('schedule_missed');
    if (status === 'paused') {
      expect(await tenant.call(`POST ${at}/resume`, { ids })).toMatchObject({
        status: 'preparing',
        held: null,
      });
    }
  });
});

describe("on the recipients' clocks", () => {
  /** One contact in each place, by number or by attribute. */
  async function people(tenant: CampaignFixture): Promise<void> {
    await run(
      `insert into contacts (tenant_id, phone, name, attributes)
       select $1, p, n, a from unnest($2::text[], $3::text[], $4::jsonb[]) as c (p, n, a)`,
      [
        tenant.tenantId,
        ['+5511900000001', '+5592900000001', '+12125550101', '+5511900000002', '+5511900000003'],
        ['São Paulo', 'Manaus', 'New York', 'Tokyo', 'nowhere'],
        ['{}', '{}', '{}', '{"timezone":"Asia/Tokyo"}', '{"timezone":"Mars/Base"}'],
      ],
    );
  }
  const dueTimes = (id: string): Promise<{ name: string; due: string }[]> =>
    database.system.system((tx) =>
      tx.rows(
        `select c.name, to_char(m.due_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as due
         from messages m join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
         where m.campaign_id = $1 order by m.due_at, c.name`,
        [id],
      ),
    );

  test('everybody gets it at their own time, within the hours of their own zone', async () => {
    const tenant = await campaignFixture(database);
    await people(tenant);
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    const hours = { windows: [{ days: everyDay, from: '09:00', to: '18:00' }] };
    await tenant.call(`PUT ${at}/hours`, { ids, body: { hours } });
    await tenant.call(`POST ${at}/schedule`, {
      ids,
      body: { starts_at_local: '2050-06-01T08:00', timezone: 'America/Sao_Paulo', clock: 'recipient' },
    });
    // The day has come in the first zone: the audience is frozen, and everybody waits for their own morning.
    await run(`update campaigns set scheduled_at = now() where id = $1`, [id]);
    await startDueCampaigns({ db: database.system });
    await tenant.prepare(id);
    expect(await dueTimes(id)).toEqual([
      { name: 'Tokyo', due: '2050-06-01 00:00' },
      { name: 'São Paulo', due: '2050-06-01 12:00' },
      { name: 'nowhere', due: '2050-06-01 12:00' },
      { name: 'Manaus', due: '2050-06-01 13:00' },
      { name: 'New York', due: '2050-06-01 13:00' },
    ]);
    expect(await claim(tenant, id)).toBeUndefined();
    expect(await claim(tenant, id, 'retry')).toBeUndefined();
    await run(`update messages set due_at = now() where campaign_id = $1 and zone = 'Asia/Tokyo'`, [id]);
    expect((await claim(tenant, id, 'retry'))?.messages).toHaveLength(1);
    const ledger = await database.system.system((tx) =>
      tx.rows(
        `select m.id from messages m left join campaign_heads h on h.campaign_id = m.campaign_id
         where m.campaign_id = $1 and m.retry <> (m.state = 'pending' and m.position <= coalesce(h.position, 0))`,
        [id],
      ),
    );
    expect(ledger).toEqual([]);
  });

  test('whose opening ended before it was sent gets the next one; nothing is sent in between', async () => {
    const tenant = await campaignFixture(database);
    await people(tenant);
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    await tenant.call(`PUT ${at}/hours`, { ids, body: { hours: days(...everyDay) } });
    await tenant.call(`POST ${at}/schedule`, {
      ids,
      body: { starts_at_local: '2050-06-01T08:00', timezone: 'America/Sao_Paulo', clock: 'recipient' },
    });
    await run(
      `update campaigns set scheduled_at = now(), starts_at_local = '2020-06-01T08:00' where id = $1`,
      [id],
    );
    await startDueCampaigns({ db: database.system });
    await tenant.prepare(id);
    const taken = await claim(tenant, id, 'retry');
    expect(taken?.messages).toHaveLength(5);
    await run(`update messages set open_until = now() where campaign_id = $1`, [id]);
    const mark = await markSending(database.system.statement, {
      campaignId: id,
      fence: taken?.fence ?? 0,
      messages: taken?.messages ?? [],
    });
    expect(mark).toMatchObject({ status: 'running', settled: 0 });
    await run('delete from claims where campaign_id = $1', [id]);
    await run(`update messages set state = 'pending', queued = true, retry = true where campaign_id = $1`, [
      id,
    ]);
    expect(await claim(tenant, id, 'retry')).toBeUndefined();
    await passSteps();
    expect((await claim(tenant, id, 'retry'))?.messages).toHaveLength(5);
  });
});
