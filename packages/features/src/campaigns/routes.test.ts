import { toPublicId } from '@zaphub/types';
import type { Campaign, Message, Page, Preflight } from '@zaphub/types';
import { createContacts, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { campaignFixture } from './campaign-fixture.ts';
import { startDueCampaigns } from './actions/start-due-campaigns.ts';
import { campaignRoutes } from './routes.ts';

const database = useTestDatabase();
const at = '/campaigns/:campaign_id';

function run(text: string, values: unknown[]): Promise<number> {
  return database.system.system((tx) => tx.run(text, values));
}

const scheduleBody = (scheduledAt: Date) => ({
  scheduled_at: scheduledAt.toISOString(),
  timezone: 'America/Bahia',
});

async function withUnknown() {
  const tenant = await campaignFixture(database);
  await createContacts(database.system, tenant.tenantId, { count: 3 });
  const id = await tenant.draft();
  await tenant.call(`POST ${at}/start`, { ids: { campaign_id: id } });
  await tenant.prepare(id);
  await run(
    `update messages set queued = false, state = case when position = 1 then 'unknown' else 'sent' end::message_state,
       lost_outcomes = case when position = 1 then 1 else 0 end, decided_at = case when position = 1 then now() end
     where campaign_id = $1`,
    [id],
  );
  await run(`update campaign_counters set sent = 2, unknown = 1 where campaign_id = $1`, [id]);
  await run(`update campaigns set status = 'completed', finished_at = now() where id = $1`, [id]);
  return { tenant, id, ids: { campaign_id: id } };
}

describe('a draft', () => {
  test('keeps the text of its template, whatever becomes of the template', async () => {
    const tenant = await campaignFixture(database);
    const ids = { campaign_id: await tenant.draft({ body: 'Oi {{ name }}' }) };
    await run(`update templates set body = 'changed' where tenant_id = $1`, [tenant.tenantId]);
    const draft = await tenant.call(`GET ${at}`, { ids });
    expect(draft).toMatchObject({ status: 'draft', body: 'Oi {{ name }}', counters: { total: 0, open: 0 } });
    expect((await tenant.call<Page<Campaign>>('GET /campaigns')).data).toEqual([draft]);
  });

  test('can be deleted; a started campaign cannot', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    const ids = { campaign_id: await tenant.draft() };
    await tenant.call(`DELETE ${at}`, { ids });
    await expect(tenant.call(`GET ${at}`, { ids })).rejects.toMatchObject({ code: 'not_found' });
    const started = { campaign_id: await tenant.draft() };
    await tenant.call(`POST ${at}/start`, { ids: started });
    await expect(tenant.call(`DELETE ${at}`, { ids: started })).rejects.toMatchObject({
      code: 'campaign_state',
      details: { from: 'preparing', to: 'gone' },
    });
  });

  test("cannot be made of another tenant's template or connection", async () => {
    const [tenant, other] = [await campaignFixture(database), await campaignFixture(database)];
    await other.draft();
    const theirs = (await other.call<Page<Campaign>>('GET /campaigns')).data[0];
    const body = { name: 'x', template_id: theirs?.template_id, audience: { kind: 'all' } };
    await expect(tenant.call('POST /campaigns', { body })).rejects.toMatchObject({ code: 'not_found' });
    const { name: _name, ...preflight } = body;
    await expect(tenant.call('POST /campaigns/preflight', { body: preflight })).rejects.toMatchObject({
      code: 'not_found',
    });
    await tenant.draft();
    const ours = (await tenant.call<Page<Campaign>>('GET /campaigns')).data[0];
    const borrowed = { ...body, template_id: ours?.template_id, connection_id: theirs?.connection_id };
    await expect(tenant.call('POST /campaigns', { body: borrowed })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('shows who will get it before it is sent', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 3 });
    const ids = { campaign_id: await tenant.draft({ body: 'Oi {{ city }}' }) };
    expect(await tenant.call<Preflight>(`GET ${at}/preflight`, { ids })).toMatchObject({
      total: 3,
      will_receive: 0,
      skipped: [{ reason: 'missing_variable', count: 3 }],
    });
  });
});

describe('starting', () => {
  test('orders the preparation once, however often it is asked for at once', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    const ids = { campaign_id: await tenant.draft() };
    const starts = await Promise.allSettled([1, 2, 3].map(() => tenant.call(`POST ${at}/start`, { ids })));
    expect(starts.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    for (const start of starts) {
      if (start.status === 'rejected') expect(start.reason).toMatchObject({ code: 'campaign_state' });
    }
    expect(await tenant.jobs()).toEqual(['campaign.prepare']);
  });

  test('with nobody to write to is refused', async () => {
    const tenant = await campaignFixture(database);
    const ids = { campaign_id: await tenant.draft({ tag: 'vip' }) };
    await expect(tenant.call(`POST ${at}/start`, { ids })).rejects.toMatchObject({ code: 'audience_empty' });
    expect(await tenant.call(`GET ${at}`, { ids })).toMatchObject({ status: 'draft' });
    expect(await tenant.jobs()).toEqual([]);
  });

  test('whose number was deleted is neither started nor scheduled', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    const ids = { campaign_id: await tenant.draft() };
    await run('update connections set deleted_at = now() where tenant_id = $1', [tenant.tenantId]);
    const refusal = { code: 'connection_state', publicMessage: { en: expect.stringContaining('deleted') } };
    await expect(tenant.call(`POST ${at}/start`, { ids })).rejects.toMatchObject(refusal);
    const body = scheduleBody(new Date(Date.now() + 3_600_000));
    await expect(tenant.call(`POST ${at}/schedule`, { ids, body })).rejects.toMatchObject(refusal);
    expect(await tenant.call(`GET ${at}`, { ids })).toMatchObject({ status: 'draft' });
    expect(await tenant.jobs()).toEqual([]);
  });

  test('tells everybody who watches', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    const id = await tenant.draft();
    await tenant.call(`POST ${at}/start`, { ids: { campaign_id: id } });
    const events = await database.system.system((tx) =>
      tx.rows('select topic, type, payload from events where tenant_id = $1', [tenant.tenantId]),
    );
    expect(events).toMatchObject([
      {
        topic: `campaign:${id}`,
        type: 'campaign.changed',
        payload: { id: toPublicId('campaign', id), status: 'preparing' },
      },
    ]);
  });
});

describe('a schedule', () => {
  test('in the past is refused', async () => {
    const tenant = await campaignFixture(database);
    const ids = { campaign_id: await tenant.draft() };
    const past = tenant.call(`POST ${at}/schedule`, { ids, body: scheduleBody(new Date(Date.now() - 1000)) });
    await expect(past).rejects.toMatchObject({ code: 'schedule_in_past' });
  });

  test('starts the campaign when its time has come, once', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 1 });
    const ids = { campaign_id: await tenant.draft() };
    const later = new Date(Date.now() + 3_600_000);
    expect(await tenant.call(`POST ${at}/schedule`, { ids, body: scheduleBody(later) })).toMatchObject({
      status: 'scheduled',
      scheduled_at: later.toISOString(),
      timezone: 'America/Bahia',
    });
    const deps = { db: database.system };
    expect(await startDueCampaigns(deps)).toBe(0);
    await run(`update campaigns set scheduled_at = now() where id = $1`, [ids.campaign_id]);
    const started = await Promise.all([startDueCampaigns(deps), startDueCampaigns(deps)]);
    expect(started.toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(await tenant.call(`GET ${at}`, { ids })).toMatchObject({ status: 'preparing' });
    expect(await tenant.jobs()).toEqual(['campaign.prepare']);
  });

  test('of an audience that is empty by then fails and says why', async () => {
    const tenant = await campaignFixture(database);
    const ids = { campaign_id: await tenant.draft() };
    await tenant.call(`POST ${at}/schedule`, { ids, body: scheduleBody(new Date(Date.now() + 3_600_000)) });
    await run(`update campaigns set scheduled_at = now() where id = $1`, [ids.campaign_id]);
    await startDueCampaigns({ db: database.system });
    expect(await tenant.call(`GET ${at}`, { ids })).toMatchObject({
      status: 'failed',
      error: { code: 'audience_empty' },
    });
  });
});

describe('pause, resume and cancel', () => {
  test('a pause remembers where to go on', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 2 });
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    await tenant.call(`POST ${at}/start`, { ids });
    expect(await tenant.call(`POST ${at}/pause`, { ids })).toMatchObject({ status: 'paused' });
    await tenant.prepare(id);
    expect(await tenant.ledger(id)).toEqual({});
    expect(await tenant.call(`POST ${at}/resume`, { ids })).toMatchObject({ status: 'preparing' });
    await tenant.prepare(id);
    expect(await tenant.call(`POST ${at}/pause`, { ids })).toMatchObject({ status: 'paused' });
    expect(await tenant.call(`POST ${at}/resume`, { ids })).toMatchObject({ status: 'running' });
    expect(await tenant.jobs()).toEqual([
      'campaign.prepare',
      'campaign.prepare',
      'message.send',
      'message.send',
    ]);
  });

  test('a cancel skips everybody who is not on the way yet', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 5 });
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    await tenant.call(`POST ${at}/start`, { ids });
    await tenant.prepare(id);
    await run(
      `update messages set queued = false, state = 'sending' where id in
         (select id from messages where campaign_id = $1 order by position limit 1)`,
      [id],
    );
    expect(await tenant.call(`POST ${at}/cancel`, { ids })).toMatchObject({
      status: 'cancelled',
      counters: { total: 5, skipped: 4, open: 1 },
    });
    expect(await tenant.ledger(id)).toEqual({ sending: 1, 'skipped cancelled': 4 });
    await expect(tenant.call(`POST ${at}/resume`, { ids })).rejects.toMatchObject({
      details: { from: 'cancelled', to: 'before_pause' },
    });
  });
});

describe('outcomes that were lost', () => {
  test('are sent again when told to, and stay flagged', async () => {
    const { tenant, id, ids } = await withUnknown();
    expect(await tenant.call(`POST ${at}/unknown`, { ids, body: { decision: 'resend' } })).toMatchObject({
      status: 'running',
      finished_at: null,
      counters: { open: 1, sent: 2, unknown: 0 },
    });
    expect(await tenant.ledger(id)).toEqual({ pending: 1, sent: 2 });
    const flagged = await database.system.system((tx) =>
      tx.rows('select queued, lost_outcomes, decided_at from messages where campaign_id = $1 and queued', [
        id,
      ]),
    );
    expect(flagged).toEqual([{ queued: true, lost_outcomes: 2, decided_at: null }]);
  });

  test('are left as they are when told to', async () => {
    const { tenant, id, ids } = await withUnknown();
    await run(`update messages set decided_at = null where campaign_id = $1`, [id]);
    await run(`update campaigns set status = 'running' where id = $1`, [id]);
    await tenant.call(`POST ${at}/unknown`, { ids, body: { decision: 'leave' } });
    const decided = await database.system.system((tx) =>
      tx.rows(
        `select 1 from messages where campaign_id = $1 and state = 'unknown' and decided_at is not null`,
        [id],
      ),
    );
    expect(decided).toHaveLength(1);
  });
});

describe('the recipients', () => {
  test('are listed page by page, all or in one state', async () => {
    const tenant = await campaignFixture(database);
    await createContacts(database.system, tenant.tenantId, { count: 3 });
    await run(`update contacts set opted_out_at = now() where tenant_id = $1 and name = 'Contact 2'`, [
      tenant.tenantId,
    ]);
    const id = await tenant.draft();
    const ids = { campaign_id: id };
    await tenant.call(`POST ${at}/start`, { ids });
    await tenant.prepare(id);
    const first = await tenant.call<Page<Message>>(`GET ${at}/messages`, { ids, query: { limit: '2' } });
    expect(first.data.map((each) => [each.contact_name, each.state, each.reason])).toEqual([
      ['Contact 1', 'pending', null],
      ['Contact 2', 'skipped', 'opted_out'],
    ]);
    const query = { limit: '2', cursor: String(first.next_cursor) };
    const second = await tenant.call<Page<Message>>(`GET ${at}/messages`, { ids, query });
    expect(second.data.map((each) => each.contact_name)).toEqual(['Contact 3']);
    const skipped = await tenant.call<Page<Message>>(`GET ${at}/messages`, {
      ids,
      query: { state: 'skipped' },
    });
    expect(skipped.data.map((each) => each.contact_name)).toEqual(['Contact 2']);
  });
});

test("another tenant's campaign is not found on any route, and stays as it was", async () => {
  const [tenant, other] = [await campaignFixture(database), await campaignFixture(database)];
  await createContacts(database.system, other.tenantId, { count: 2 });
  const id = await other.draft();
  const ids = { campaign_id: id };
  await other.call(`POST ${at}/start`, { ids });
  await other.prepare(id);
  const before = await other.call(`GET ${at}`, { ids });
  const bodies: Record<string, unknown> = {
    schedule: { scheduled_at: '2099-01-01T00:00:00Z', timezone: 'UTC' },
    'schedule/preview': { scheduled_at: '2099-01-01T00:00:00Z', timezone: 'UTC' },
    unknown: { decision: 'resend' },
    hours: { hours: null },
    test: { to: '+5511912345678' },
    '': { rate_per_second: 1 },
  };
  const lines = campaignRoutes.filter((route) => route.path.startsWith(at));
  expect(lines).toHaveLength(14);
  for (const route of lines) {
    const body = bodies[route.path.slice(at.length + 1)];
    const call = tenant.call(`${route.method} ${route.path}`, { ids, body });
    await expect(call).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(await other.call(`GET ${at}`, { ids })).toEqual(before);
  expect((await tenant.call<Page<Campaign>>('GET /campaigns')).data).toEqual([]);
});
