import { createGraphClient, createHttpExchange, Secret } from '@zaphub/providers';
import { type GraphServer, startGraphServer } from '@zaphub/providers/testing';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { networkTemplateUse } from '@zaphub/types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileTemplate } from '../templates/index.ts';
import { compileNetworkTemplate } from './compile-network-template.ts';
import { noteTemplates } from './note-templates.ts';
import { presentNetworkTemplate } from './present.ts';
import { listNetworkTemplates } from './queries.ts';
import { syncTemplates } from './sync-templates.ts';

const database = useTestDatabase();
const templates = [
  {
    id: '1',
    name: 'offer',
    language: 'pt_BR',
    status: 'APPROVED',
    category: 'MARKETING',
    components: [
      { type: 'BODY', text: 'Olá {{1}}, seu cupom é {{2}}.' },
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Ver', url: 'https://example.com/{{1}}' }] },
    ],
  },
  {
    id: '2',
    name: 'hello',
    language: 'en_US',
    status: 'PENDING',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Hello!' }],
  },
];
let server: GraphServer;
const exchange = createHttpExchange();
beforeAll(async () => {
  server = await startGraphServer({ token: 'EAAB-good', templates });
});
afterAll(async () => {
  await exchange.close();
  await server.close();
});

async function stage(token = 'EAAB-good') {
  const tenant = await createTenant(database.system);
  await database.system.system((tx) =>
    tx.run(`update connections set provider = 'cloud-api' where id = $1`, [tenant.connectionId]),
  );
  const { phoneNumberId, businessAccountId } = server;
  const sync = (): ReturnType<typeof syncTemplates> =>
    syncTemplates(
      {
        db: database.system,
        graph: createGraphClient({ exchange }, { baseUrl: server.url }),
        accountFor: () =>
          Promise.resolve({ phoneNumberId, businessAccountId, accessToken: new Secret(token) }),
      },
      { tenantId: tenant.tenantId, connectionId: tenant.connectionId, signal: new AbortController().signal },
    );
  return { tenant, sync };
}

const listed = ({ scope, connectionId }: TestTenant) =>
  database.api.tenant(scope, (tx) => listNetworkTemplates(scope, tx, connectionId));

describe('the templates of a number', () => {
  test('are kept as its network has them; what did not change is not written, what is gone is not shown', async () => {
    const { tenant, sync } = await stage();
    expect(await sync()).toEqual({ listed: 2, changed: 2, removed: 0 });
    expect(await sync()).toEqual({ listed: 2, changed: 0, removed: 0 });
    await database.system.system((tx) =>
      tx.run(
        `insert into network_templates (tenant_id, connection_id, network_id, name, language, status, category)
         values ($1, $2, '9', 'gone', 'en_US', 'APPROVED', 'UTILITY')`,
        [tenant.tenantId, tenant.connectionId],
      ),
    );
    expect(await sync()).toEqual({ listed: 2, changed: 0, removed: 1 });
    const rows = await listed(tenant);
    expect(rows.map(presentNetworkTemplate)).toMatchObject([
      { id: '2', name: 'hello', status: 'PENDING', places: { header: null, body: [], buttons: [] } },
      {
        id: '1',
        name: 'offer',
        language: 'pt_BR',
        category: 'MARKETING',
        body: 'Olá {{1}}, seu cupom é {{2}}.',
        places: { body: ['1', '2'], buttons: [{ index: 0, kind: 'url' }] },
      },
    ]);
  });

  test('change their status at once when the network says so, and the list is asked for', async () => {
    const { tenant, sync } = await stage();
    await sync();
    const { scope, tenantId, connectionId } = tenant;
    const notice = { key: 'k', templateId: '1', name: 'offer', language: 'pt_BR' };
    await database.system.tenant(scope, (tx) =>
      noteTemplates(tx, scope, connectionId, [
        { ...notice, change: 'PAUSED' },
        { ...notice, change: 'GREEN' },
      ]),
    );
    expect((await listed(tenant)).map(({ name, status }) => [name, status])).toEqual([
      ['hello', 'PENDING'],
      ['offer', 'PAUSED'],
    ]);
    const bells = await database.system.system((tx) =>
      tx.rows(`select job, payload from outbox where tenant_id = $1`, [tenantId]),
    );
    expect(bells).toEqual([{ job: 'templates.sync', payload: { tenantId, connectionId } }]);
  });

  test('stay as they were when they cannot be read, with the reason; a revoked token holds the number', async () => {
    const { tenant, sync } = await stage('EAAB-revoked');
    expect(await sync()).toBeUndefined();
    const [row] = await database.system.system((tx) =>
      tx.rows(
        `select t.error_code, c.hold_cause from template_syncs t join connections c on c.id = t.connection_id
         where t.tenant_id = $1`,
        [tenant.tenantId],
      ),
    );
    expect(row).toEqual({ error_code: 'token_invalid', hold_cause: 'token_invalid' });
  });
});

describe('a campaign with a template of the network', () => {
  const use = networkTemplateUse.parse({
    name: 'offer',
    language: 'pt_BR',
    body: [{ text: '{{ name | default: "cliente" }}' }, { text: '{{ coupon }}' }],
    buttons: [{ index: 0, kind: 'url', text: 'c/{{ coupon }}' }],
  });
  const compiled = compileNetworkTemplate(use, {
    preview: 'Olá {{ name | default: "cliente" }}, seu cupom é {{ coupon }}.',
    compile: compileTemplate,
  });

  test('writes each place for each contact, and the text that people read', () => {
    const contact = { name: 'Ana', phone: '+5511900000000', attributes: { coupon: 'A\n 7' } };
    expect(compiled.render(contact)).toEqual({
      text: 'Olá Ana, seu cupom é A\n 7.',
      missing: [],
      content: {
        kind: 'template',
        name: 'offer',
        language: 'pt_BR',
        body: [{ text: 'Ana' }, { text: 'A 7' }],
        buttons: [{ kind: 'url', index: 0, suffix: 'c/A 7' }],
      },
    });
  });

  test('says what a contact misses, wherever it stands', () => {
    expect(compiled.required).toEqual(['coupon']);
    expect(compiled.render({ name: null, phone: '+5511900000000', attributes: {} }).missing).toEqual([
      'coupon',
    ]);
  });
});
