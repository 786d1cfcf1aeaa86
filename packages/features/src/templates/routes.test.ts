import type { Page, Template, TemplatePreview } from '@zaphub/types';
import { toPublicId } from '@zaphub/types';
import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { callRoute } from '../call-route.ts';
import type { RouteCall } from '../call-route.ts';
import { templateRoutes } from './routes.ts';

const database = useTestDatabase();

async function newTenant() {
  const tenant = await createTenant(database.system);
  const as = { db: database.api, scope: tenant.scope };
  return {
    ...tenant,
    call: <T = unknown>(line: string, call?: RouteCall) => callRoute<T>(templateRoutes, line, as, call),
  };
}

const hello = { name: 'Hello', body: 'Oi {{ first_name }}' };

async function idOf(tenant: Awaited<ReturnType<typeof newTenant>>): Promise<string> {
  const { id } = await database.system.system((tx) =>
    tx.one<{ id: string }>('select id from templates where tenant_id = $1', [tenant.tenantId]),
  );
  return id;
}

describe('templates', () => {
  test('are stored, read, replaced and deleted', async () => {
    const tenant = await newTenant();
    const made = await tenant.call<Template>('POST /templates', { body: hello });
    expect(made).toMatchObject({ name: 'Hello', variables: ['first_name'] });
    const ids = { template_id: await idOf(tenant) };
    expect(await tenant.call('GET /templates/:template_id', { ids })).toEqual(made);
    const body = { name: 'Bye', body: 'Tchau {{ name }}' };
    expect(await tenant.call('PUT /templates/:template_id', { ids, body })).toMatchObject({
      id: made.id,
      name: 'Bye',
      variables: ['name'],
    });
    await tenant.call('DELETE /templates/:template_id', { ids });
    await expect(tenant.call('GET /templates/:template_id', { ids })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(tenant.call('DELETE /templates/:template_id', { ids })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await tenant.call<Template>('POST /templates', { body: { ...hello, name: 'bye' } })).toBeDefined();
  });

  test('come page by page, newest first', async () => {
    const tenant = await newTenant();
    for (const name of ['a', 'b', 'c']) await tenant.call('POST /templates', { body: { ...hello, name } });
    const first = await tenant.call<Page<Template>>('GET /templates', { query: { limit: '2' } });
    expect(first.data.map((each) => each.name)).toEqual(['c', 'b']);
    const query = { limit: '2', cursor: String(first.next_cursor) };
    const second = await tenant.call<Page<Template>>('GET /templates', { query });
    expect(second).toMatchObject({ has_more: false, next_cursor: null });
    expect(second.data.map((each) => each.name)).toEqual(['a']);
  });

  test('have names that are theirs alone within a tenant, whatever the case', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    await tenant.call('POST /templates', { body: hello });
    const twice = tenant.call('POST /templates', { body: { ...hello, name: 'HELLO' } });
    await expect(twice).rejects.toMatchObject({ code: 'name_taken' });
    expect(await other.call<Template>('POST /templates', { body: hello })).toMatchObject({ name: 'Hello' });
  });

  test('are refused when they cannot be sent', async () => {
    const tenant = await newTenant();
    const bad = { name: 'Bad', body: 'Oi\n{{ name' };
    await expect(tenant.call('POST /templates', { body: bad })).rejects.toMatchObject({
      code: 'template_invalid',
      details: { problem: 'not_closed', line: 2 },
    });
  });

  test('of another tenant are not found, and stay as they were', async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    const made = await other.call<Template>('POST /templates', { body: hello });
    const ids = { template_id: await idOf(other) };
    const body = { name: 'Mine', body: 'x' };
    for (const line of ['GET', 'PUT', 'DELETE']) {
      const call = tenant.call(`${line} /templates/:template_id`, { ids, body });
      await expect(call).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await other.call('GET /templates/:template_id', { ids })).toEqual(made);
    expect(await tenant.call<Page<Template>>('GET /templates')).toMatchObject({ data: [] });
  });
});

describe('a preview', () => {
  const line = 'POST /templates/preview';

  test('is written to somebody made up while there are no contacts', async () => {
    const tenant = await newTenant();
    const preview = await tenant.call<TemplatePreview>(line, {
      body: { body: '{{ first_name }} {{ city }}' },
    });
    expect(preview).toMatchObject({ text: 'Maria [city]', missing: [], contact: null, error: null });
  });

  test('is written to the newest contact, or to the one that is asked for', async () => {
    const tenant = await newTenant();
    const [first] = await createContacts(database.system, tenant.tenantId, {
      count: 2,
      attributes: { city: 'Natal' },
    });
    const body = { body: '{{ name }} {{ city }} {{ coupon }}' };
    expect(await tenant.call<TemplatePreview>(line, { body })).toMatchObject({
      text: 'Contact 2 Natal ',
      variables: ['name', 'city', 'coupon'],
      missing: ['coupon'],
    });
    const named = { ...body, contact_id: toPublicId('contact', String(first)) };
    expect(await tenant.call<TemplatePreview>(line, { body: named })).toMatchObject({
      text: 'Contact 1 Natal ',
    });
  });

  test('tells what is wrong and where', async () => {
    const tenant = await newTenant();
    const preview = await tenant.call<TemplatePreview>(line, { body: { body: 'a\n{% if name %}' } });
    expect(preview).toMatchObject({
      text: '',
      error: { code: 'template_invalid', detail: 'not_closed', line: 2 },
    });
  });

  test("cannot be written to another tenant's contact", async () => {
    const [tenant, other] = [await newTenant(), await newTenant()];
    const [theirs] = await createContacts(database.system, other.tenantId, { count: 1 });
    const body = { body: '{{ name }}', contact_id: toPublicId('contact', String(theirs)) };
    await expect(tenant.call(line, { body })).rejects.toMatchObject({ code: 'not_found' });
  });
});
