import { useTestDatabase } from '@zaphub/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importFixture } from './import-fixture.ts';
import type { ImportFixture } from './import-fixture.ts';

const database = useTestDatabase();
let fixture: ImportFixture;
beforeEach(async () => {
  fixture = await importFixture(database);
});
afterEach(() => fixture.close());

const add = (columns: Record<string, unknown>): Promise<string> =>
  database.system.system(async (tx) => {
    const names = Object.keys(columns);
    const { id } = await tx.one<{ id: string }>(
      `insert into contacts (tenant_id, ${names.join(', ')}) values ($1, ${names.map((_, n) => `$${n + 2}`).join(', ')}) returning id`,
      [fixture.scope.tenantId, ...Object.values(columns)],
    );
    return id;
  });
const shown = () =>
  database.system.system((tx) =>
    tx.rows(
      `select c.phone, c.name, c.attributes, array(select t.tag from contact_tags t where t.contact_id = c.id order by 1) as tags,
         opted_out_at is not null as out
       from contacts c where tenant_id = $1 and merged_into is null order by phone`,
      [fixture.scope.tenantId],
    ),
  );

test('a number in either form is one contact, whichever form a file has', async () => {
  await add({ phone: '+5511987654321', reached_as: '+551187654321', name: 'Ana' });
  await fixture.import('phone,city\n+55 11 8765-4321,Natal\n(11) 98765-4321,Recife\n1187654321,Olinda\n');
  expect(await shown()).toMatchObject([{ phone: '+5511987654321', name: 'Ana' }]);
});

test('what a file says of a merged contact goes to the one it is part of', async () => {
  const kept = await add({ phone: '+5511987650001', attributes: '{"city":"Natal"}' });
  await add({ phone: '+5511987650002', merged_into: kept });
  await fixture.import('phone,name,city,vip\n+5511987650002,Ana,Recife,yes\n', { tags: ['june'] });
  expect(await shown()).toEqual([
    {
      phone: '+5511987650001',
      name: 'Ana',
      attributes: { city: 'Natal', vip: 'yes' },
      tags: ['june'],
      out: false,
    },
  ]);
});

test('another number of somebody who is known, and has opted out, makes no second contact to write to', async () => {
  const known = await add({ phone: '+5511987650001', opted_out_at: new Date() });
  await database.system.system((tx) =>
    tx.run(
      `insert into contact_identities (tenant_id, kind, value, contact_id) values ($1, 'phone', '+5521987650009', $2)`,
      [fixture.scope.tenantId, known],
    ),
  );
  await fixture.import('phone,name\n+5521987650009,Ana\n+5531987650003,Bia\n', { tags: ['june'] });
  expect(await shown()).toEqual([
    { phone: '+5511987650001', name: 'Ana', attributes: {}, tags: ['june'], out: true },
    { phone: '+5531987650003', name: 'Bia', attributes: {}, tags: ['june'], out: false },
  ]);
});
