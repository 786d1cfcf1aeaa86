import { createKeyRing, writeCredentials } from '@zaphub/features';
import { Secret } from '@zaphub/providers';
import { createTenant, createTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkCredentials } from './credentials.ts';

type Opened = Awaited<ReturnType<typeof createTestDatabase>>;
const current = '01'.repeat(32);
const old = '02'.repeat(32);
const other = '03'.repeat(32);

let database: Opened;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const check = async (keys?: { current: string; previous: string[] }): Promise<boolean[]> => {
  const findings = await checkCredentials(database.urls.system, keys);
  return findings.map(({ ok }) => ok);
};

it('says whether what is sealed can be opened, and nothing while nothing is', async () => {
  expect(await check({ current, previous: [] })).toEqual([]);
  const { scope, connectionId } = await createTenant(database.system);
  const ring = createKeyRing({ key: new Secret(old) });
  await database.system.tenant(scope, (tx) =>
    writeCredentials(tx, ring, scope, { connectionId, values: { token: new Secret('t') } }),
  );
  expect(await check({ current, previous: [old] })).toEqual([true]);
  expect(await check({ current, previous: [other] })).toEqual([false]);
  expect(await check()).toEqual([false]);
  expect(await check({ current: 'short', previous: [] })).toEqual([false]);
});
