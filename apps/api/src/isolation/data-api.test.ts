import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type Database, migrate } from '@zaphub/db';
import { type EmbeddedServices, startEmbedded } from '@zaphub/embedded';
import { createLocalFileStore } from '@zaphub/features';
import { createTenant, type TestTenant } from '@zaphub/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { fingerprint } from '../outsider/fingerprint.ts';
import { seedTenant } from '../outsider/seed-tenant.ts';
import { judgeCatalogue } from './judge-catalogue.ts';
import { seedEmptyTables } from './seed-empty-tables.ts';

const migrations = join(import.meta.dirname, '../../../../supabase/migrations');
let parentDir = '';
let services: EmbeddedServices;
let system: Database;
let owner: Database;
let a: TestTenant;
let b: TestTenant;
let tables: { name: string; column: string; readable: boolean }[] = [];
let tokenOfA = '';
let tokenOfStranger = '';

beforeAll(async () => {
  // Supabase Lite prints every refusal of the database; here refusals are what is wanted.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  parentDir = await mkdtemp(join(tmpdir(), 'zaphub-data-api-'));
  await chmod(parentDir, 0o755);
  services = await startEmbedded({ homeDir: join(parentDir, 'home') });
  await migrate({ connectionString: services.urls.owner, directory: migrations });
  await services.reloadSchema();
  system = createDatabase({ connectionString: services.urls.system, maxConnections: 2 });
  owner = createDatabase({ connectionString: services.urls.owner, maxConnections: 2 });
  const files = createLocalFileStore(join(parentDir, 'files'));
  a = await createTenant(system, { name: 'CANARY-A' });
  b = await createTenant(system, { name: 'CANARY-B' });
  await seedTenant({ system, files }, a, 'A');
  await seedTenant({ system, files }, b, 'B');
  const signedUp = await signUp('ana@example.com');
  tokenOfA = signedUp.token;
  tokenOfStranger = (await signUp('stranger@example.com')).token;
  await system.system(async (tx) => {
    for (const { tenantId } of [a, b]) await seedEmptyTables(tx, tenantId);
    await tx.run(
      `insert into members (tenant_id, user_id, role, email) values ($1, $2, 'owner', 'ana@example.com')`,
      [a.tenantId, signedUp.userId],
    );
    tables = await tx.rows(
      `select c.relname as name, a.attname as "column", has_table_privilege('authenticated', c.oid, 'select') as readable
       from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
         and a.attname = case when c.relname = 'tenants' then 'id' else 'tenant_id' end
       where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace`,
    );
  });
}, 90_000);

afterAll(async () => {
  vi.restoreAllMocks();
  await Promise.all([system.close(), owner.close()]);
  await services.close();
  await rm(parentDir, { recursive: true, force: true });
});

async function signUp(email: string): Promise<{ token: string; userId: string }> {
  const response = await fetch(`${services.supabase.url}/auth/v1/signup`, {
    method: 'POST',
    headers: { apikey: services.supabase.publishableKey, 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'correct horse battery' }),
  });
  const session = z.object({ access_token: z.string(), user: z.object({ id: z.uuid() }) });
  const { access_token: token, user } = session.parse(await response.json());
  return { token, userId: user.id };
}

async function ask(
  token: string | undefined,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string; rows: unknown }> {
  const response = await fetch(`${services.supabase.url}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: services.supabase.publishableKey,
      'content-type': 'application/json',
      prefer: 'return=representation',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, rows: response.ok && text !== '' ? JSON.parse(text) : [] };
}

test('the catalogue is as sound on the embedded services, where the migrating role is not a superuser', async () => {
  expect(await owner.system(judgeCatalogue)).toEqual([]);
});

test('a member reads the tables of their own tenant and no row of another, whatever they filter by', async () => {
  let rowsSeen = 0;
  for (const { name, column, readable } of tables) {
    const all = await ask(tokenOfA, 'GET', `${name}?select=*`);
    expect([name, all.status < 300]).toEqual([name, readable]);
    expect(all.text).not.toContain('CANARY-B');
    expect(all.text).not.toContain(b.tenantId);
    const ofB = await ask(tokenOfA, 'GET', `${name}?select=*&${column}=eq.${b.tenantId}`);
    expect([name, ofB.rows]).toEqual([name, []]);
    rowsSeen += Array.isArray(all.rows) ? all.rows.length : 0;
    if (readable) expect([name, all.rows]).not.toEqual([name, []]);
  }
  expect(rowsSeen).toBeGreaterThan(tables.filter((table) => table.readable).length);
});

test('a person who is in no tenant, and whoever is not signed in, sees nothing', async () => {
  for (const { name } of tables) {
    for (const token of [tokenOfStranger, undefined]) {
      const reply = await ask(token, 'GET', `${name}?select=*`);
      expect([name, reply.rows]).toEqual([name, []]);
      expect(reply.text).not.toContain('CANARY');
    }
  }
});

test('nobody writes past the API: not to another tenant, not to their own', async () => {
  const before = [await fingerprint(system, a.tenantId), await fingerprint(system, b.tenantId)];
  for (const { name, column } of tables) {
    for (const { tenantId } of [a, b]) {
      const filter = `${name}?${column}=eq.${tenantId}`;
      for (const reply of [
        await ask(tokenOfA, 'PATCH', filter, { [column]: a.tenantId }),
        await ask(tokenOfA, 'DELETE', filter),
        await ask(tokenOfA, 'POST', name, { [column]: tenantId }),
      ]) {
        expect([name, reply.status >= 400, reply.rows]).toEqual([name, true, []]);
      }
    }
  }
  expect([await fingerprint(system, a.tenantId), await fingerprint(system, b.tenantId)]).toEqual(before);
});

test('no function of ours can be called through it', async () => {
  for (const name of ['create_tenant', 'my_tenant_ids', 'claim_installation', 'set_setup_token', 'publish']) {
    const reply = await ask(tokenOfA, 'POST', `rpc/${name}`, {});
    expect([name, reply.status >= 400]).toEqual([name, true]);
  }
});
