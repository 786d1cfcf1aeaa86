import { createTenant, useTestDatabase } from '@zaphub/testing';
import type { ConnectionInput } from '@zaphub/types';
import { expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing, readCredentials } from '../../credentials/index.ts';
import { createConnection } from './create-connection.ts';

const database = useTestDatabase();
const credentials = createKeyRing({ key: createCredentialsKey() });

test.each([
  ['a key that nobody gave', {}, /^[0-9a-f]{64}$/],
  ['the key that was given', { hmac_key: 'k'.repeat(40) }, /^k{40}$/],
])('a gateway signs its webhooks with %s', async (_, given, expected) => {
  const tenant = await createTenant(database.system);
  const deps = { db: database.api, credentials, providers: new Set(['wuzapi'] as const) };
  const input: ConnectionInput = {
    provider: 'wuzapi',
    name: 'Loja',
    settings: { base_url: 'https://gateway.example' },
    credentials: { token: 'secret', ...given },
  };
  const { id } = await createConnection(deps, tenant.scope, input);
  const secrets = await database.system.system((tx) => readCredentials(tx, credentials, id));
  expect(secrets['hmac_key']?.reveal()).toMatch(expected);
  expect(secrets['token']?.reveal()).toBe('secret');
});

test.each([
  [undefined, 'connected', 0],
  [true, 'created', 1],
])('a simulated number sends at once, unless it is to log in (%s)', async (logsIn, status, sessions) => {
  const tenant = await createTenant(database.system);
  const deps = { db: database.api, credentials, providers: new Set(['simulator'] as const) };
  const row = await createConnection(deps, tenant.scope, {
    provider: 'simulator',
    name: 'Loja',
    ...(logsIn === undefined ? {} : { logs_in: logsIn }),
  });
  expect(row.status).toBe(status);
  const held = await database.system.system((tx) =>
    tx.rows('select from connection_sessions where connection_id = $1', [row.id]),
  );
  expect(held).toHaveLength(sessions);
});
