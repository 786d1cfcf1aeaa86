import { createHash, randomUUID } from 'node:crypto';
import { createTenant } from '@zaphub/testing';
import { checklist, me, pageOf, problem, contact, tenant } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { useTestApi } from '../testing/test-api.ts';

const api = useTestApi();
const claim = {
  tenant_name: 'Café da Ana',
  default_country: 'BR',
  locale: 'pt-BR',
  timezone: 'America/Sao_Paulo',
};

async function codeOf(response: Response): Promise<string> {
  return response.ok ? String(response.status) : problem.parse(await response.json()).code;
}

describe('setting an installation up', () => {
  test('takes the one-time token once, whoever is quickest', async () => {
    const token = 'the token that start has printed';
    await api.system.system((tx) =>
      tx.run('select app.set_setup_token($1)', [createHash('sha256').update(token).digest()]),
    );
    const post = (path: string, json: unknown, as?: string): Promise<Response> =>
      api.call(`/api/v1${path}`, { method: 'POST', json, ...(as === undefined ? {} : { as }) });

    expect(await (await api.call('/api/v1/setup')).json()).toEqual({ claimed: false });
    expect(await codeOf(await post('/setup/check', { token }))).toBe('204');
    expect(await codeOf(await post('/setup/check', { token: 'guessed' }))).toBe('setup_token_invalid');
    expect(await codeOf(await post('/setup', { ...claim, token }))).toBe('unauthenticated');
    const user = randomUUID();
    expect(await codeOf(await post('/setup', { ...claim, token: 'guessed' }, user))).toBe(
      'setup_token_invalid',
    );
    expect(await codeOf(await post('/setup', { ...claim, token, timezone: 'Mars/Base' }, user))).toBe(
      'invalid_body',
    );
    expect(await codeOf(await post('/setup', { ...claim, token, role: 'owner' }, user))).toBe('invalid_body');

    const people = Array.from({ length: 8 }, () => randomUUID());
    const claims = await Promise.all(people.map((as) => post('/setup', { ...claim, token }, as)));
    const codes = await Promise.all(claims.map((response) => codeOf(response.clone())));
    expect(codes.toSorted()).toEqual(['201', ...Array<string>(7).fill('already_set_up')]);
    const winner = codes.indexOf('201');
    const made = tenant.parse(await claims[winner]?.json());
    expect(made).toMatchObject({ name: 'Café da Ana', locale: 'pt-BR', plan: 'enterprise' });

    expect(await (await api.call('/api/v1/setup')).json()).toEqual({ claimed: true });
    expect(await codeOf(await post('/setup/check', { token }))).toBe('already_set_up');
    const owner = people[winner] ?? '';
    const mine = me.parse(await (await api.call('/api/v1/me', { as: owner })).json());
    expect(mine.tenants).toEqual([{ tenant: made, role: 'owner' }]);
    expect(mine.email).toBe(`${owner}@example.com`);
    const loser = people.find((_, index) => index !== winner) ?? '';
    expect(me.parse(await (await api.call('/api/v1/me', { as: loser })).json()).tenants).toEqual([]);
  });
});

describe('a tenant', () => {
  test('is changed in part, by its administrators', async () => {
    const { ownerId } = await createTenant(api.system, { name: 'Before', locale: 'en' });
    const patch = (json: unknown): Promise<Response> =>
      api.call('/api/v1/tenant', { method: 'PATCH', as: ownerId, json });
    const changed = tenant.parse(await (await patch({ name: '  After ', locale: 'pt-BR' })).json());
    expect(changed).toMatchObject({ name: 'After', locale: 'pt-BR', default_country: 'BR' });
    for (const json of [{ plan: 'pro' }, { id: changed.id }, { name: '' }, { default_country: 'Brasil' }]) {
      expect(await codeOf(await patch(json))).toBe('invalid_body');
    }
    expect(tenant.parse(await (await api.call('/api/v1/tenant', { as: ownerId })).json())).toEqual(changed);
  });

  test.each([
    ['en', 'Offer of the week'],
    ['pt-BR', 'Oferta da semana'],
  ] as const)(
    'gets sample data in %s once, and its checklist shows what is there',
    async (locale, templateName) => {
      const { ownerId, tenantId } = await createTenant(api.system, { locale });
      const readChecklist = async (): Promise<unknown> =>
        checklist.parse(await (await api.call('/api/v1/checklist', { as: ownerId })).json());
      expect(await readChecklist()).toEqual({
        connection: true,
        contacts: false,
        template: false,
        campaign: false,
      });

      const add = (): Promise<Response> => api.call('/api/v1/sample-data', { method: 'POST', as: ownerId });
      const both = await Promise.all([add(), add()]);
      const added = await Promise.all(both.map((response) => response.json()));
      expect(added).toContainEqual({ contacts: 60, templates: 1 });
      expect(added).toContainEqual({ contacts: 0, templates: 0 });
      expect(await (await add()).json()).toEqual({ contacts: 0, templates: 0 });

      const list = pageOf(contact).parse(
        await (await api.call('/api/v1/contacts?limit=200', { as: ownerId })).json(),
      );
      expect(list.data).toHaveLength(60);
      expect(list.data.filter((each) => each.opted_out_at !== null)).toHaveLength(2);
      expect(list.data.filter((each) => each.name === null)).toHaveLength(1);
      expect(new Set(list.data.map((each) => each.phone)).size).toBe(60);
      expect(
        list.data.every((each) => each.tags.length > 0 && Object.keys(each.attributes).length === 3),
      ).toBe(true);
      const templates = await api.system.system((tx) =>
        tx.rows<{ name: string }>('select name from templates where tenant_id = $1', [tenantId]),
      );
      expect(templates).toEqual([{ name: templateName }]);
      expect(await readChecklist()).toEqual({
        connection: true,
        contacts: true,
        template: true,
        campaign: false,
      });
    },
  );
});
