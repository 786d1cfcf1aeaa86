import { useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { campaignFixture } from './campaign-fixture.ts';

const database = useTestDatabase();

test('a message goes to the form of a number that is known to work, else to the id that this network gave', async () => {
  const tenant = await campaignFixture(database);
  await database.system.system(async (tx) => {
    const add = (name: string, phone: string | null, reachedAs: string | null) =>
      tx.one<{ id: string }>(
        'insert into contacts (tenant_id, name, phone, reached_as) values ($1, $2, $3, $4) returning id',
        [tenant.tenantId, name, phone, reachedAs],
      );
    const identify = (id: string, kind: string, value: string, connectionId: string) =>
      tx.run(
        `insert into contact_identities (tenant_id, kind, value, connection_id, contact_id) values ($1, $2, $3, $4, $5)`,
        [tenant.tenantId, kind, value, connectionId, id],
      );
    await add('number', '+5511987654321', null);
    await add('form', '+5585987654321', '+558587654321');
    await identify((await add('id', null, null)).id, 'bsuid', 'BR.1', tenant.connectionId);
    // Another business' id for the person, and the id of another kind of network, reach nobody here.
    await identify((await add('other id', null, null)).id, 'bsuid', 'BR.2', crypto.randomUUID());
    const { id } = await add('lid', null, null);
    await identify(id, 'lid', '123', '00000000-0000-0000-0000-000000000000');
    await add('nothing', null, null);
    await tx.run(
      `insert into contacts (tenant_id, name, phone, merged_into) values ($1, 'part', '+5511900000009', $2)`,
      [tenant.tenantId, id],
    );
  });
  const campaignId = await tenant.draft();
  await tenant.call('POST /campaigns/:campaign_id/start', { ids: { campaign_id: campaignId } });
  await tenant.prepare(campaignId);
  const ledger = await database.system.system((tx) =>
    tx.rows(
      `select c.name, m.recipient, m.state, m.reason from messages m join contacts c on c.id = m.contact_id
       where m.campaign_id = $1 order by position`,
      [campaignId],
    ),
  );
  expect(ledger).toEqual([
    { name: 'number', recipient: '+5511987654321', state: 'pending', reason: null },
    { name: 'form', recipient: '+558587654321', state: 'pending', reason: null },
    { name: 'id', recipient: 'BR.1', state: 'pending', reason: null },
    // Judged at the claim, which knows the connection: `no_phone`.
    { name: 'other id', recipient: null, state: 'pending', reason: null },
    { name: 'lid', recipient: null, state: 'pending', reason: null },
    { name: 'nothing', recipient: null, state: 'skipped', reason: 'no_phone' },
  ]);
});
