import type { Contact, ContactMessages, Page } from '@zaphub/types';
import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import type { RouteCall } from '../call-route.ts';
import { ledgerFixture } from '../ledger-fixture.ts';
import { countContacts } from './queries.ts';
import { contactRoutes } from './routes.ts';

const database = useTestDatabase();

async function newTenant() {
  const tenant = await createTenant(database.system);
  const as = { db: database.api, scope: tenant.scope };
  return {
    ...tenant,
    call: <T = unknown>(line: string, call?: RouteCall) => callRoute<T>(contactRoutes, line, as, call),
    names: async (query: Record<string, string>) => {
      const page = await callRoute<Page<Contact>>(contactRoutes, 'GET /contacts', as, { query });
      return page.data.map((each) => each.name);
    },
    add: (people: [name: string | null, phone: string | null][]) =>
      database.system.system(async (tx) => {
        for (const [name, phone] of people) {
          await tx.run('insert into contacts (tenant_id, name, phone) values ($1, $2, $3)', [
            tenant.tenantId,
            name,
            phone,
          ]);
        }
      }),
  };
}

describe('the list of contacts', () => {
  test('comes page by page, newest first, each contact once', async () => {
    const tenant = await newTenant();
    await createContacts(database.system, tenant.tenantId, { count: 5 });
    const seen: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const query = { limit: '2', ...(cursor === null ? {} : { cursor }) };
      const page: Page<Contact> = await tenant.call<Page<Contact>>('GET /contacts', { query });
      seen.push(...page.data.map((each) => each.name));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual(['Contact 5', 'Contact 4', 'Contact 3', 'Contact 2', 'Contact 1']);
  });

  test('is searched by part of a name or by digits of a phone', async () => {
    const tenant = await newTenant();
    await tenant.add([
      ['Ana Lima', '+5511987650001'],
      ['JOSÉ', '+5521987650002'],
      ['100%_off\\', null],
      ['Room 21', null],
    ]);
    expect(await tenant.names({ search: 'lima' })).toEqual(['Ana Lima']);
    expect(await tenant.names({ search: '(21) 98765-0002' })).toEqual(['JOSÉ']);
    expect(await tenant.names({ search: '21' })).toEqual(['Room 21', 'JOSÉ']);
    for (const special of ['%', '_', '\\', '100%_OFF']) {
      expect(await tenant.names({ search: special })).toEqual(['100%_off\\']);
    }
    expect(await tenant.names({ search: "'; drop table contacts; --" })).toEqual([]);
  });

  test('is narrowed to a tag, page by page', async () => {
    const tenant = await newTenant();
    await createContacts(database.system, tenant.tenantId, { count: 3, tag: 'vip' });
    await createContacts(database.system, tenant.tenantId, { count: 2, firstPhone: 5_521_900_000_000 });
    const first = await tenant.call<Page<Contact>>('GET /contacts', { query: { tag: 'vip', limit: '2' } });
    expect(first.data.map((each) => [each.name, each.tags])).toEqual([
      ['Contact 3', ['vip']],
      ['Contact 2', ['vip']],
    ]);
    const query = { tag: 'vip', limit: '2', cursor: String(first.next_cursor) };
    expect((await tenant.call<Page<Contact>>('GET /contacts', { query })).data).toHaveLength(1);
    expect(await tenant.names({ tag: 'vip', search: 'contact 1' })).toEqual(['Contact 1']);
    expect(await tenant.call('GET /tags')).toEqual({ data: [{ tag: 'vip', contacts: 3 }] });
  });

  test('shows nothing of another tenant', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    await createContacts(database.system, other.tenantId, { count: 2, tag: 'vip' });
    expect(await tenant.names({})).toEqual([]);
    expect(await tenant.names({ tag: 'vip' })).toEqual([]);
    expect(await tenant.call('GET /tags')).toEqual({ data: [] });
    expect(await tenant.call('GET /contacts/summary')).toEqual({ total: 0, exact: true });
  });
});

describe('the number of contacts', () => {
  test('is exact for few and about right for many', async () => {
    const tenant = await newTenant();
    await createContacts(database.system, tenant.tenantId, { count: 300 });
    expect(await tenant.call('GET /contacts/summary')).toEqual({ total: 300, exact: true });
    const many = await database.api.tenant(tenant.scope, (tx) => countContacts(tenant.scope, tx, 100));
    expect(many.exact).toBe(false);
    expect(many.total).toBeGreaterThan(100);
  });
});

describe('opting out', () => {
  test('is remembered from the first time, and can be taken back', async () => {
    const tenant = await newTenant();
    const [id] = await createContacts(database.system, tenant.tenantId, { count: 1 });
    const ids = { contact_id: String(id) };
    const line = '/contacts/:contact_id/opt-out';
    const out = await tenant.call<Contact>(`POST ${line}`, { ids, body: {} });
    expect(out.opted_out_at).not.toBeNull();
    const again = await tenant.call<Contact>(`POST ${line}`, { ids, body: { source: 'phone call' } });
    expect(again.opted_out_at).toBe(out.opted_out_at);
    expect(await tenant.call('GET /contacts/:contact_id', { ids })).toEqual(again);
    expect(await tenant.call<Contact>(`DELETE ${line}`, { ids })).toMatchObject({ opted_out_at: null });
  });

  test("of another tenant's contact is not found and changes nothing", async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    const [id] = await createContacts(database.system, other.tenantId, { count: 1 });
    const ids = { contact_id: String(id) };
    const before = await other.call('GET /contacts/:contact_id', { ids });
    for (const line of [
      'GET /contacts/:contact_id',
      'POST /contacts/:contact_id/opt-out',
      'POST /contacts/:contact_id/opt-in',
      'DELETE /contacts/:contact_id/opt-out',
      'GET /contacts/:contact_id/messages',
    ]) {
      await expect(tenant.call(line, { ids, body: {} })).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await other.call('GET /contacts/:contact_id', { ids })).toEqual(before);
  });
});

test('what campaigns had for a contact and its parts, the newest campaign first', async () => {
  const ledger = await ledgerFixture(database, { recipients: 3 });
  const [id = '', part = ''] = ledger.contactIds;
  await ledger.run(
    `update messages set state = 'sent', sent_at = '2026-01-02T03:04:05Z' where campaign_id = $1`,
  );
  const { scope, tenantId, connectionId } = ledger;
  await database.system.system(async (tx) => {
    await tx.run('update contacts set merged_into = $2 where id = $1', [part, id]);
    const later = await tx.one<{ id: string }>(
      `insert into campaigns (tenant_id, name, body, connection_id, audience, status, started_at)
       values ($1, 'Later', 'Hi', $2, '{"kind":"all"}', 'running', now()) returning id`,
      [tenantId, connectionId],
    );
    await tx.run(
      `insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, state, reason)
       values ($1, $2, $3, $4, 1, 'skipped', 'opted_out')`,
      [tenantId, later.id, id, connectionId],
    );
  });
  const ask = (contactId: string) =>
    callRoute<ContactMessages>(
      contactRoutes,
      'GET /contacts/:contact_id/messages',
      { db: database.api, scope },
      {
        ids: { contact_id: contactId },
      },
    );
  const { data } = await ask(id);
  expect(data.map((each) => [each.campaign.name, each.state, each.reason, each.sent_at])).toEqual([
    ['Later', 'skipped', 'opted_out', null],
    ['Test', 'sent', null, '2026-01-02T03:04:05.000Z'],
    ['Test', 'sent', null, '2026-01-02T03:04:05.000Z'],
  ]);
});
