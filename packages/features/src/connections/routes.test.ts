import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import type { Connection, ConnectionDetail, ConnectionProvider } from '@zaphub/types';
import { beforeEach, describe, expect, test } from 'vitest';
import { callRoute, type RouteCall } from '../call-route.ts';
import { createCredentialsKey, createKeyRing, readCredentials } from '../credentials/index.ts';
import { connectionRoutes } from './routes.ts';

const database = useTestDatabase();
const ring = createKeyRing({ key: createCredentialsKey() });
const cloud = {
  provider: 'cloud-api',
  name: 'Loja',
  settings: { phone_number_id: '106540352242922', business_account_id: '102290129340398' },
  credentials: { access_token: 'EAAG-0123456789-abcdef', app_secret: '0123456789abcdef' },
};
const wuzapi = {
  provider: 'wuzapi',
  name: 'Gateway',
  settings: { base_url: 'https://gateway.example.com' },
  credentials: { token: 'a-token' },
};
let tenant: TestTenant;
beforeEach(async () => {
  tenant = await createTenant(database.system);
});

function call<T = ConnectionDetail>(
  line: string,
  input: RouteCall = {},
  as: { tenant?: TestTenant; off?: ConnectionProvider; ring?: typeof ring } = {},
): Promise<T> {
  const kinds: ConnectionProvider[] = ['simulator', 'cloud-api', 'wuzapi', 'baileys'];
  const deps = {
    credentials: as.ring ?? ring,
    providers: new Set(kinds.filter((kind) => kind !== as.off)),
  };
  return callRoute<T>(
    connectionRoutes,
    line,
    { db: database.api, scope: (as.tenant ?? tenant).scope, deps },
    input,
  );
}

const create = (body: unknown): Promise<ConnectionDetail> => call('POST /connections', { body });

/** The UUID of the tenant's newest connection. */
async function newest(): Promise<string> {
  const { id } = await database.system.system((tx) =>
    tx.one<{ id: string }>('select id from connections where tenant_id = $1 order by id desc limit 1', [
      tenant.tenantId,
    ]),
  );
  return id;
}

const secretsOf = async (connectionId: string): Promise<Record<string, string>> => {
  const read = await database.api.tenant(tenant.scope, (tx) => readCredentials(tx, ring, connectionId));
  return Object.fromEntries(Object.entries(read).map(([name, secret]) => [name, secret.reveal()]));
};

describe('a new connection', () => {
  test('keeps its settings, seals its secrets and tells only their names', async () => {
    const made = await create(cloud);
    expect(made).toMatchObject({
      provider: 'cloud-api',
      status: 'connected',
      settings: cloud.settings,
      credentials: ['access_token', 'app_secret'],
    });
    expect(JSON.stringify(made)).not.toContain('EAAG');
    expect(await secretsOf(await newest())).toEqual(cloud.credentials);
  });

  test('that must log in is created and waits, with a session and a lane of its own', async () => {
    expect(await create(wuzapi)).toMatchObject({ status: 'created' });
    const [row] = await database.system.system((tx) =>
      tx.rows(
        `select s.place, s.wanted, l.connection_id is not null as has_lane
         from connection_sessions s left join lanes l on l.connection_id = s.connection_id where s.tenant_id = $1`,
        [tenant.tenantId],
      ),
    );
    expect(row).toEqual({ place: 'gateway', wanted: false, has_lane: true });
  });

  test.each([
    ['a number that is none', { ...cloud, settings: { ...cloud.settings, phone_number_id: 'abc' } }],
    ['a token with a line break', { ...cloud, credentials: { access_token: 'EAAG-0123456789\r\nX: y' } }],
    ['settings of another kind', { ...wuzapi, settings: cloud.settings }],
    ['a secret nobody knows', { ...wuzapi, credentials: { ...wuzapi.credentials, other: 'x' } }],
    ['an address that is no web address', { ...wuzapi, settings: { base_url: 'file:///etc/passwd' } }],
    ['a kind nobody knows', { provider: 'pigeon', name: 'x' }],
  ])('is refused with %s', async (_why, body) => {
    await expect(create(body)).rejects.toMatchObject({ code: 'invalid_body' });
  });

  test('as a linked device needs the kind switched on, and the warning accepted', async () => {
    const baileys = { provider: 'baileys', name: 'Pessoal' };
    await expect(create(baileys)).rejects.toMatchObject({ code: 'terms_not_accepted' });
    const accepted = { body: { ...baileys, accept_terms: true } };
    await expect(call('POST /connections', accepted, { off: 'baileys' })).rejects.toMatchObject({
      code: 'provider_off',
    });
    expect(await call('POST /connections', accepted)).toMatchObject({
      provider: 'baileys',
      status: 'created',
    });
    const connectionId = await newest();
    const row = await database.system.system((tx) =>
      tx.one<{ accepted: boolean }>(
        'select terms_accepted_at is not null as accepted from connections where id = $1',
        [connectionId],
      ),
    );
    expect(row.accepted).toBe(true);
  });

  test('without a key on the server is not made: no secret is ever stored in plain', async () => {
    const made = call('POST /connections', { body: cloud }, { ring: createKeyRing({}) });
    await expect(made).rejects.toMatchObject({ code: 'credentials_locked' });
    const list = await call<{ data: Connection[] }>('GET /connections');
    expect(list.data.map(({ provider }) => provider)).toEqual(['simulator']);
  });
});

describe('a changed connection', () => {
  test('keeps what is not given, forgets a secret that may be missing, and takes a new one', async () => {
    await create(cloud);
    const ids = { connection_id: await newest() };
    const body = {
      name: 'Nova',
      rate_per_second: 2,
      credentials: { app_secret: null, access_token: 'x'.repeat(30) },
    };
    expect(await call('PATCH /connections/:connection_id', { ids, body })).toMatchObject({
      name: 'Nova',
      rate_per_second: 2,
      settings: cloud.settings,
      credentials: ['access_token'],
    });
    expect(await secretsOf(ids.connection_id)).toEqual({ access_token: 'x'.repeat(30) });
    expect(
      await call('PATCH /connections/:connection_id', { ids, body: { rate_per_second: null } }),
    ).toMatchObject({
      name: 'Nova',
      rate_per_second: null,
    });
  });

  test.each([
    ['a secret it cannot do without is taken away', { credentials: { access_token: null } }],
    ['a secret is of another kind', { credentials: { token: 'abc' } }],
    ['settings are of another kind', { settings: { base_url: 'https://example.com' } }],
  ])('is refused when %s, and does not repeat the secret', async (_why, body) => {
    await create(cloud);
    const ids = { connection_id: await newest() };
    const patched = call('PATCH /connections/:connection_id', { ids, body });
    await expect(patched).rejects.toMatchObject({ code: 'connection_invalid' });
    expect(await secretsOf(ids.connection_id)).toEqual(cloud.credentials);
  });

  test('that is open is opened anew when what opens it has changed, and only then', async () => {
    await create(wuzapi);
    const ids = { connection_id: await newest() };
    const generation = async (): Promise<number> => {
      const row = await database.system.system((tx) =>
        tx.one<{ generation: number }>(
          'select generation from connection_sessions where connection_id = $1',
          [ids.connection_id],
        ),
      );
      return row.generation;
    };
    await database.system.system((tx) =>
      tx.run('update connection_sessions set wanted = true where connection_id = $1', [ids.connection_id]),
    );
    await call('PATCH /connections/:connection_id', { ids, body: { name: 'Nova', rate_per_second: 1 } });
    expect(await generation()).toBe(0);
    await call('PATCH /connections/:connection_id', { ids, body: { credentials: { token: 'other' } } });
    expect(await generation()).toBe(1);
  });
});

describe('a deleted connection', () => {
  test('is gone with its secrets, and its session is to be logged out; again, nothing happens', async () => {
    await create(wuzapi);
    const ids = { connection_id: await newest() };
    await call('DELETE /connections/:connection_id', { ids });
    await call('DELETE /connections/:connection_id', { ids });
    await expect(call('GET /connections/:connection_id', { ids })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await secretsOf(ids.connection_id)).toEqual({});
    const jobs = await database.system.system((tx) =>
      tx.rows(`select job, payload ->> 'reason' as reason from outbox where tenant_id = $1`, [
        tenant.tenantId,
      ]),
    );
    expect(jobs).toEqual([{ job: 'session.close', reason: 'deleted' }]);
    const list = await call<{ data: Connection[] }>('GET /connections');
    expect(list.data).toHaveLength(1);
  });

  test.each(['scheduled', 'preparing', 'running', 'paused'])(
    'stays while a campaign is %s on it, and says which',
    async (status) => {
      const ids = { connection_id: tenant.connectionId };
      await database.system.system((tx) =>
        tx.run(
          `insert into campaigns (tenant_id, name, body, connection_id, audience, status) values ($1, 'Natal', 'x', $2, '{}', $3)`,
          [tenant.tenantId, tenant.connectionId, status],
        ),
      );
      await expect(call('DELETE /connections/:connection_id', { ids })).rejects.toMatchObject({
        code: 'connection_in_use',
        publicMessage: { en: expect.stringContaining('Natal') },
      });
      await database.system.system((tx) =>
        tx.run(`update campaigns set status = 'completed' where tenant_id = $1`, [tenant.tenantId]),
      );
      await call('DELETE /connections/:connection_id', { ids });
    },
  );
});

test('a number is held and released by its people; whoever did it is written down', async () => {
  const ids = { connection_id: tenant.connectionId };
  const held = await call<Connection>('POST /connections/:connection_id/hold', { ids, body: {} });
  expect(held.hold).toEqual({ cause: 'user', detail: null, until: null });
  const released = await call<Connection>('POST /connections/:connection_id/release', { ids });
  expect(released.hold).toBeNull();
  await call('POST /connections/:connection_id/release', { ids });
  const log = await database.system.system((tx) =>
    tx.rows<{ action: string }>('select action from audit_log where tenant_id = $1 order by id', [
      tenant.tenantId,
    ]),
  );
  expect(log.map(({ action }) => action)).toEqual(['connections.hold', 'connections.release']);
});

test('another tenant reaches none of it', async () => {
  const other = await createTenant(database.system);
  const ids = { connection_id: tenant.connectionId };
  for (const [line, body] of [
    ['GET /connections/:connection_id'],
    ['PATCH /connections/:connection_id', { name: 'mine' }],
    ['DELETE /connections/:connection_id'],
    ['POST /connections/:connection_id/hold', {}],
    ['POST /connections/:connection_id/release'],
  ] as const) {
    await expect(call(line, { ids, body }, { tenant: other })).rejects.toMatchObject({ code: 'not_found' });
  }
});
