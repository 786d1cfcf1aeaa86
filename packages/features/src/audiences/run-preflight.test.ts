import type { Audience } from '@zaphub/types';
import { createContacts, createTenant, useTestDatabase } from '@zaphub/testing';
import type { TestTenant } from '@zaphub/testing';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../templates/index.ts';
import { runPreflight } from './run-preflight.ts';

const database = useTestDatabase();
const everybody: Audience = { kind: 'all' };

function preflight(tenant: TestTenant, body: string, audience = everybody) {
  return runPreflight({ db: database.api }, tenant.scope, { audience, body });
}

async function change(tenant: TestTenant, change: string, name: string): Promise<void> {
  await database.system.system((tx) =>
    tx.run(`update contacts set ${change} where tenant_id = $1 and name = $2`, [tenant.tenantId, name]),
  );
}

describe('a preflight', () => {
  test('says who will get it, who will not and why, each contact once', async () => {
    const tenant = await createTenant(database.system);
    await createContacts(database.system, tenant.tenantId, { count: 6, attributes: { city: 'Natal' } });
    await change(tenant, 'opted_out_at = now(), phone = null', 'Contact 1');
    await change(tenant, "phone = null, attributes = '{}'", 'Contact 2');
    await change(tenant, `attributes = '{"city":""}'`, 'Contact 3');
    const result = await preflight(tenant, 'Oi {{ first_name }} de {{ city }} {{ x | default: "y" }}');
    expect(result).toMatchObject({
      total: 6,
      will_receive: 3,
      skipped: [
        { reason: 'opted_out', count: 1 },
        { reason: 'no_phone', count: 1 },
        { reason: 'missing_variable', count: 1 },
      ],
      missing_variables: [{ variable: 'city', contacts: 1 }],
      estimated_seconds: null,
    });
    expect(result.sample.map((each) => each.text)).toEqual(Array(3).fill('Oi Contact de Natal y'));
    expect(result.sample.map((each) => each.name)).toEqual(['Contact 6', 'Contact 5', 'Contact 4']);
  });

  test('counts a contact that lacks two variables once, and each variable by itself', async () => {
    const tenant = await createTenant(database.system);
    await createContacts(database.system, tenant.tenantId, { count: 2, attributes: { city: 'Natal' } });
    await change(tenant, `attributes = '{}'`, 'Contact 1');
    expect(await preflight(tenant, '{{ city }} {{ coupon }}')).toMatchObject({
      will_receive: 0,
      skipped: [{ reason: 'missing_variable', count: 2 }],
      missing_variables: [
        { variable: 'city', contacts: 1 },
        { variable: 'coupon', contacts: 2 },
      ],
      sample: [],
    });
  });

  test('looks at the contacts with the tag only, and not at other tenants', async () => {
    const [tenant, other] = [await createTenant(database.system), await createTenant(database.system)];
    await createContacts(database.system, tenant.tenantId, { count: 2, tag: 'vip' });
    await createContacts(database.system, tenant.tenantId, { count: 3, firstPhone: 5_521_900_000_000 });
    await createContacts(database.system, other.tenantId, { count: 4, tag: 'vip' });
    expect((await preflight(tenant, 'Oi', { kind: 'tag', tag: 'vip' })).total).toBe(2);
    expect((await preflight(tenant, 'Oi')).total).toBe(5);
    expect((await preflight(tenant, 'Oi', { kind: 'tag', tag: `' or true --` })).total).toBe(0);
  });

  test('finds numbers that cannot be, the same phone twice, and whoever has had enough', async () => {
    const tenant = await createTenant(database.system);
    await database.system.system(async (tx) => {
      await tx.run(`insert into contacts (tenant_id, phone) select $1, p from unnest($2::text[]) p`, [
        tenant.tenantId,
        [
          '+5511912345678',
          '+551112345678',
          '+551191234567',
          '+5511991234567',
          '+999123456789',
          '+12125550100',
          '+1212555',
        ],
      ]);
      await tx.run('update tenants set frequency_cap = 1 where id = $1', [tenant.tenantId]);
      await tx.run(
        `insert into contact_sends (tenant_id, contact_id, day)
         select tenant_id, id, (now() at time zone 'America/Sao_Paulo')::date from contacts
         where tenant_id = $1 and phone = '+12125550100'`,
        [tenant.tenantId],
      );
    });
    // +55 11 9123-4567 is +55 11 99123-4567 from before the ninth digit.
    expect(await preflight(tenant, 'Oi')).toMatchObject({
      total: 7,
      will_receive: 6,
      invalid: 2,
      duplicates: 1,
      capped: 1,
      expected_finish_at: null,
    });
  });
});

test('the database and the template agree on what is missing', async () => {
  const tenant = await createTenant(database.system);
  const names = [null, '', ' \t', 'Ana', ' Ana Lima'];
  const attributes = [
    '{}',
    '{"first_name":"","city":""}',
    '{"first_name":"Bia","city":"Natal"}',
    '{"city":null,"n":5}',
  ];
  const people = await database.system.system((tx) =>
    tx.rows<{ name: string | null; phone: string; attributes: Record<string, string> }>(
      `insert into contacts (tenant_id, phone, name, attributes)
       select $1, '+' || (5511900000000 + row_number() over ()), n, a
       from unnest($2::text[]) n, unnest($3::jsonb[]) a returning name, phone, attributes`,
      [tenant.tenantId, names, attributes],
    ),
  );
  const compiled = compileTemplate('{{ name }}{{ first_name }}{{ city }}{{ n }}{{ phone }}');
  const result = await preflight(tenant, '{{ name }}{{ first_name }}{{ city }}{{ n }}{{ phone }}');
  const missing = people.map((person) => compiled.render(person).missing);
  const byVariable = compiled.required
    .map((variable) => ({ variable, contacts: missing.filter((each) => each.includes(variable)).length }))
    .filter((each) => each.contacts > 0);
  expect(result.missing_variables).toEqual(byVariable);
  expect(result.will_receive).toBe(missing.filter((each) => each.length === 0).length);
});
