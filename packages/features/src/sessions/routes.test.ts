import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import type { Connection, ConnectionCode, ConnectionHealth, ConnectionProvider } from '@zaphub/types';
import type { ServerResponse } from 'node:http';
import { beforeEach, expect, test } from 'vitest';
import { callRoute, type RouteCall } from '../call-route.ts';
import { createCredentialsKey, createKeyRing, sealSecret } from '../credentials/index.ts';
import { sessionRoutes } from './routes.ts';
import { createSessionConnection } from './session-fixture.ts';

const database = useTestDatabase();
const ring = createKeyRing({ key: createCredentialsKey() });
let tenant: TestTenant;
let connectionId: string;
beforeEach(async () => {
  tenant = await createTenant(database.system);
  connectionId = await createSessionConnection(database.system, tenant);
});

function call<T = Connection>(
  what: string,
  input: RouteCall = {},
  as = tenant,
  on: ConnectionProvider[] = ['simulator', 'baileys'],
): Promise<T> {
  const [method, path] = what.split(' ');
  const line = `${method} /connections/:connection_id/${path}`;
  const deps = { credentials: ring, providers: new Set<ConnectionProvider>(on) };
  return callRoute<T>(
    sessionRoutes,
    line,
    { db: database.api, scope: as.scope, deps },
    {
      ids: { connection_id: connectionId },
      ...input,
    },
  );
}

const jobs = async (): Promise<string[]> => {
  const rows = await database.system.system((tx) =>
    tx.rows<{ job: string }>('select job from outbox where tenant_id = $1 order by id', [tenant.tenantId]),
  );
  return rows.map(({ job }) => job);
};

test('connecting and disconnecting are asked for once, however often they are asked for', async () => {
  expect(await call('POST connect', { body: {} })).toMatchObject({ status: 'connecting' });
  expect(await call('POST connect', { body: {} })).toMatchObject({ status: 'connecting' });
  expect(await jobs()).toEqual(['session.init']);
  expect(await call('POST disconnect')).toMatchObject({ status: 'stopped', status_cause: 'by_user' });
  expect(await call('POST disconnect')).toMatchObject({ status: 'stopped', status_cause: 'by_user' });
  expect(await jobs()).toEqual(['session.init', 'session.close']);
});

test('a kind without a session is stopped and started at once', async () => {
  connectionId = tenant.connectionId;
  expect(await call('POST disconnect')).toMatchObject({ status: 'stopped' });
  expect(await call('POST connect', { body: {} })).toMatchObject({ status: 'connected' });
  expect(await jobs()).toEqual(['message.send']);
});

test('a kind that was switched off since it was added is not connected, and says so', async () => {
  await expect(call('POST connect', { body: {} }, tenant, ['simulator'])).rejects.toMatchObject({
    code: 'provider_off',
  });
  expect(await jobs()).toEqual([]);
});

test('a code is told to whoever asks for it while it lives, and is not kept on the way', async () => {
  await expect(call('GET code')).rejects.toMatchObject({ code: 'not_found' });
  const write = (inSeconds: number): Promise<number> =>
    database.system.system((tx) =>
      tx.run(
        `insert into connection_codes (tenant_id, connection_id, kind, sealed, expires_at)
         values ($1, $2, 'qr', $3, clock_timestamp() + $4::int * interval '1 second')
         on conflict (connection_id) do update set expires_at = excluded.expires_at`,
        [
          tenant.tenantId,
          connectionId,
          sealSecret(ring, '2@abc', { tenantId: tenant.tenantId, connectionId, name: 'code' }),
          inSeconds,
        ],
      ),
    );
  await write(20);
  const headers = new Map<string, unknown>();
  // Of a response the route only sets a header.
  const res = {
    setHeader: (name: string, value: unknown) => headers.set(name, value),
  } as unknown as ServerResponse;
  expect(await call<ConnectionCode>('GET code', { res })).toMatchObject({ kind: 'qr', code: '2@abc' });
  expect(headers.get('cache-control')).toBe('no-store');
  await write(-1);
  await expect(call('GET code', { res })).rejects.toMatchObject({ code: 'not_found' });
});

test('health tells what its owner told, and what happened, newest first', async () => {
  await call('POST connect', { body: {} });
  await call('POST disconnect');
  expect(await call<ConnectionHealth>('GET health')).toMatchObject({
    status: 'stopped',
    status_cause: 'by_user',
    answered_at: null,
    missed_pings: 0,
    is_held: false,
    events: [
      { type: 'session.close', status: 'stopped', cause: 'by_user' },
      { type: 'session.init', status: 'connecting', cause: null },
    ],
  });
});

test('another tenant reaches none of it', async () => {
  const other = await createTenant(database.system);
  for (const [what, body] of [
    ['POST connect', {}],
    ['POST disconnect'],
    ['GET code'],
    ['GET health'],
  ] as const) {
    await expect(call(what, { body }, other)).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(await jobs()).toEqual([]);
});
