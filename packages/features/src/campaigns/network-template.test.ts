import { networkTemplateUse, toPublicId } from '@zaphub/types';
import { createTenant, useTestDatabase } from '@zaphub/testing';
import { expect, test } from 'vitest';
import { createCampaign } from './actions/create-campaign.ts';
import { presentCampaign } from './present.ts';

const database = useTestDatabase();

async function stage(status = 'APPROVED') {
  const { scope, tenantId, connectionId } = await createTenant(database.system);
  await database.system.system(async (tx) => {
    await tx.run(`update connections set provider = 'cloud-api' where id = $1`, [connectionId]);
    await tx.run(
      `insert into network_templates (tenant_id, connection_id, network_id, name, language, status, category, components)
       values ($1, $2, '1', 'offer', 'pt_BR', $3, 'MARKETING', $4)`,
      [tenantId, connectionId, status, JSON.stringify([{ type: 'BODY', text: 'Olá {{1}}, cupom {{2}}.' }])],
    );
  });
  const create = (use: unknown) =>
    createCampaign({ db: database.api }, scope, {
      name: 'Offer',
      network_template: networkTemplateUse.parse(use),
      connection_id: toPublicId('connection', connectionId),
      audience: { kind: 'all' },
      unknown_policy: 'at_most_once',
      rate_per_second: null,
    });
  return { create };
}

const use = { name: 'offer', language: 'pt_BR', body: [{ text: '{{ name }}' }, { text: '{{ coupon }}' }] };

test('a campaign of a network’s template shows the text that people will read', async () => {
  const { create } = await stage();
  const shown = presentCampaign(await create(use));
  expect(shown).toMatchObject({
    template_id: null,
    body: 'Olá {{ name }}, cupom {{ coupon }}.',
    network_template: { name: 'offer', language: 'pt_BR', body: use.body },
  });
});

test.each([
  ['that the network does not have', 'APPROVED', { ...use, name: 'other' }],
  ['that is not approved', 'PAUSED', use],
  ['with a place left empty', 'APPROVED', { ...use, body: [{ text: 'x' }] }],
  ['with a value that has no place', 'APPROVED', { ...use, buttons: [{ index: 0, kind: 'url', text: 'x' }] }],
])('a template %s is refused, with words', async (_why, status, wanted) => {
  const { create } = await stage(status);
  await expect(create(wanted)).rejects.toMatchObject({ code: 'bad_request', publicMessage: { en: /\w/ } });
});

test('a place that is no template is refused', async () => {
  const { create } = await stage();
  const broken = { ...use, body: [{ text: '{{ name' }, { text: 'x' }] };
  await expect(create(broken)).rejects.toMatchObject({ code: 'template_invalid' });
});
