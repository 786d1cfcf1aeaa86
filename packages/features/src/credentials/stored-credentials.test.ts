import { Secret } from '@zaphub/providers';
import { createTenant, type TestTenant, useTestDatabase } from '@zaphub/testing';
import { beforeAll, expect, test } from 'vitest';
import { createCredentialsKey, createKeyRing } from './key-ring.ts';
import { resealAll, usedKeyIds } from './reseal.ts';
import { readCredentials, writeCredentials } from './stored-credentials.ts';

const database = useTestDatabase();
const key = createCredentialsKey();
const ring = createKeyRing({ key });
let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTenant(database.system);
});

async function write(values: Record<string, Secret | null>, withRing = ring): Promise<void> {
  const { scope, connectionId } = tenant;
  await database.api.tenant(scope, (tx) => writeCredentials(tx, withRing, scope, { connectionId, values }));
}

async function read(withRing = ring): Promise<Record<string, string>> {
  const { scope, connectionId } = tenant;
  const found = await database.api.tenant(scope, (tx) => readCredentials(tx, withRing, connectionId));
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value.reveal()]));
}

test('credentials are kept one by one, sealed, and read back as secrets', async () => {
  await write({ access_token: new Secret('EAAG1'), app_secret: new Secret('açaí') });
  await write({ access_token: new Secret('EAAG2') });
  expect(await read()).toEqual({ access_token: 'EAAG2', app_secret: 'açaí' });
  await write({ app_secret: null });
  expect(await read()).toEqual({ access_token: 'EAAG2' });
  const rows = await database.system.system((tx) =>
    tx.rows<{ sealed: Buffer }>('select sealed from connection_credentials where tenant_id = $1', [
      tenant.tenantId,
    ]),
  );
  expect(rows.map((row) => row.sealed.toString('latin1')).join()).not.toContain('EAAG');
});

test('another tenant reads nothing of them', async () => {
  await write({ access_token: new Secret('EAAG') });
  const other = await createTenant(database.system);
  const found = await database.api.tenant(other.scope, (tx) =>
    readCredentials(tx, ring, tenant.connectionId),
  );
  expect(found).toEqual({});
});

test('whoever remembers them hears that they have changed, and which', async () => {
  const heard: string[] = [];
  let wake = (): void => undefined;
  const told = new Promise<void>((resolve) => (wake = resolve));
  const listener = await database.system.listen('zaphub_credentials', (payload) => {
    heard.push(payload);
    wake();
  });
  await write({ access_token: new Secret('changed') });
  await told;
  await listener.close();
  expect(heard).toEqual([tenant.connectionId]);
});

test('a rotation seals everything anew, after which the old key is of no use', async () => {
  await write({ access_token: new Secret('EAAG'), app_secret: new Secret('secret') });
  const next = createKeyRing({ key: createCredentialsKey(), previous: [key] });
  expect(await usedKeyIds(database.system)).toEqual([ring.currentId()]);
  expect(await resealAll(database.system, next)).toBe(2);
  expect(await resealAll(database.system, next)).toBe(0);
  expect(await usedKeyIds(database.system)).toEqual([next.currentId()]);
  await expect(read()).rejects.toMatchObject({ code: 'credentials_locked' });
  expect(await read(next)).toEqual({ access_token: 'EAAG', app_secret: 'secret' });
});
