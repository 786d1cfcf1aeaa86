import { createDatabase, type Database, type TenantScope } from '@zaphub/db';
import { createTenant, type TestTenant } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../outsider/fingerprint.ts';
import { seedTenant } from '../outsider/seed-tenant.ts';
import { useTestApi } from '../testing/test-api.ts';
import { seedEmptyTables } from './seed-empty-tables.ts';

const database = useTestApi();
let a: TestTenant;
let b: TestTenant;
let tables: { name: string; column: string; is_append_only: boolean }[] = [];
let asA: TenantScope;

beforeAll(async () => {
  a = await createTenant(database.system);
  b = await createTenant(database.system);
  asA = { tenantId: a.tenantId, actor: { kind: 'user', userId: a.ownerId }, role: 'owner' };
  await seedTenant(database, a, 'A');
  await seedTenant(database, b, 'B');
  await database.system.system(async (tx) => {
    for (const { tenantId } of [a, b]) await seedEmptyTables(tx, tenantId);
    tables = await tx.rows(
      `select c.oid::regclass::text as name, a.attname as "column",
         not has_table_privilege('zaphub_api', c.oid, 'update') as is_append_only
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
         and a.attname = case when c.relname = 'tenants' then 'id' else 'tenant_id' end
       where c.relkind in ('r', 'p') and n.nspname in ('public', 'app')`,
    );
  });
});

const count = (db: Database, sql: string, values: unknown[]): Promise<number> =>
  db.system(async (tx) => (await tx.one<{ count: number }>(sql, values)).count);

describe('the api’s role inside A', () => {
  test('every table holds rows of B, so that what follows means something', async () => {
    expect(tables.length).toBeGreaterThan(15);
    for (const { name, column } of tables) {
      const rows = await count(database.system, `select count(*) from ${name} where ${column} = $1`, [
        b.tenantId,
      ]);
      expect([name, rows > 0]).toEqual([name, true]);
    }
  });

  test('sees, changes and deletes nothing of B', async () => {
    const before = await fingerprint(database.system, b.tenantId);
    for (const { name, column, is_append_only: isAppendOnly } of tables) {
      if (isAppendOnly) continue;
      const touched = await database.api.tenant(asA, async (tx) => ({
        seen: await tx.run(`select from ${name} where ${column} = $1`, [b.tenantId]),
        seenInAll: await tx.run(`select from ${name} where ${column} <> $1`, [a.tenantId]),
        locked:
          name === 'tenants'
            ? 0
            : await tx.run(`select from ${name} where ${column} = $1 for update`, [b.tenantId]),
        changed: await tx.run(`update ${name} set ${column} = ${column} where ${column} = $1`, [b.tenantId]),
      }));
      expect([name, touched]).toEqual([name, { seen: 0, seenInAll: 0, locked: 0, changed: 0 }]);
      const remove = database.api.tenant(asA, (tx) =>
        tx.run(`delete from ${name} where ${column} = $1`, [b.tenantId]),
      );
      if (name === 'tenants') await expect(remove).rejects.toMatchObject({ code: '42501' });
      else expect(await remove).toBe(0);
    }
    expect(await fingerprint(database.system, b.tenantId)).toEqual(before);
  });

  test('sees nothing of B in what is appended to only, and changes none of it, not even its own', async () => {
    const appendOnly = tables.filter((table) => table.is_append_only);
    expect(appendOnly.map(({ name }) => name)).toEqual(['audit_log']);
    for (const { name, column } of appendOnly) {
      const seen = await database.api.tenant(asA, (tx) =>
        tx.run(`select from ${name} where ${column} <> $1`, [a.tenantId]),
      );
      expect(seen).toBe(0);
      for (const statement of [`update ${name} set ${column} = ${column}`, `delete from ${name}`]) {
        const change = database.api.tenant(asA, (tx) => tx.run(statement));
        await expect(change, statement).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  test('can neither make a row of B nor give it one', async () => {
    const before = await fingerprint(database.system, b.tenantId);
    for (const { name, column } of tables) {
      // A copy of a row of B, as the engine sees it, written as A.
      const { row } = await database.system.system((tx) =>
        tx.one<{ row: string }>(
          `select to_jsonb(t)::text as row from ${name} t where ${column} = $1 limit 1`,
          [b.tenantId],
        ),
      );
      const insert = database.api.tenant(asA, (tx) =>
        tx.run(
          `insert into ${name} overriding system value select * from jsonb_populate_record(null::${name}, $1)`,
          [row],
        ),
      );
      await expect(insert, name).rejects.toMatchObject({ code: '42501' });
      const upsert = database.api.tenant(asA, (tx) =>
        tx.run(
          `insert into ${name} overriding system value
           select * from jsonb_populate_record(null::${name}, jsonb_set($1, '{${column}}', to_jsonb($2::text)))
           on conflict do nothing`,
          [row, b.tenantId],
        ),
      );
      await expect(upsert, name).rejects.toMatchObject({ code: '42501' });
      // What may not be changed at all is refused as well, with the same code.
      const move = database.api.tenant(asA, (tx) =>
        tx.run(`update ${name} set ${column} = $2 where ${column} = $1`, [a.tenantId, b.tenantId]),
      );
      await expect(move, name).rejects.toMatchObject({ code: '42501' });
    }
    expect(await fingerprint(database.system, b.tenantId)).toEqual(before);
  });

  test('cannot take over a row of B by its key', async () => {
    const { id } = await database.system.system((tx) =>
      tx.one<{ id: string }>(
        'select id from contacts where tenant_id = $1 and merged_into is null order by id limit 1',
        [b.tenantId],
      ),
    );
    const insert = (tenantId: string) =>
      database.api.tenant(asA, (tx) =>
        tx.run(
          `insert into contacts (id, tenant_id, name) values ($1, $2, 'mine')
           on conflict (tenant_id, id) do update set name = 'mine', tenant_id = $3`,
          [id, tenantId, a.tenantId],
        ),
      );
    const before = await fingerprint(database.system, b.tenantId);
    await expect(insert(b.tenantId)).rejects.toMatchObject({ code: '42501' });
    // Keys begin with the tenant: A learns nothing from an id that B has, and gets a row of its own.
    expect(await insert(a.tenantId)).toBe(1);
    expect(await fingerprint(database.system, b.tenantId)).toEqual(before);
  });

  test('cannot publish to B', async () => {
    const publish = database.api.tenant(asA, (tx) =>
      tx.run(`select app.publish($1, 'campaign:x', 'campaign.changed', '{}')`, [b.tenantId]),
    );
    await expect(publish).rejects.toMatchObject({ code: '42501' });
  });
});

describe('the api’s role without a tenant', () => {
  test('sees nothing and can write nothing', async () => {
    for (const { name } of tables) {
      expect([name, await database.api.system((tx) => tx.run(`select from ${name}`))]).toEqual([name, 0]);
    }
    const insert = database.api.system((tx) =>
      tx.run(`insert into contacts (tenant_id, name) values ($1, 'x')`, [a.tenantId]),
    );
    await expect(insert).rejects.toMatchObject({ code: '42501' });
  });

  test('gets an error, not rows, when the tenant is not one', async () => {
    for (const tenantId of ['x', "' or true --", '00000000']) {
      const read = database.api.tenant({ ...asA, tenantId }, (tx) => tx.run('select from contacts'));
      await expect(read).rejects.toMatchObject({ code: '22P02' });
    }
  });

  test('cannot become the engine, nor undo its protection', async () => {
    const forbidden = [
      'set role zaphub_system',
      'alter table contacts disable row level security',
      'truncate contacts',
    ];
    for (const statement of forbidden) {
      await expect(database.api.system((tx) => tx.run(statement))).rejects.toMatchObject({ code: '42501' });
    }
    const off = database.api.system(async (tx) => {
      await tx.run('set local row_security = off');
      return tx.run('select from contacts');
    });
    await expect(off).rejects.toMatchObject({ code: '42501' });
  });
});

describe('one connection that everybody shares', () => {
  let single: Database;
  beforeAll(() => {
    single = createDatabase({ connectionString: database.urls.api, maxConnections: 1 });
  });
  afterAll(() => single.close());

  const namesSeen = (tenant: TestTenant): Promise<string> =>
    single.tenant({ tenantId: tenant.tenantId, actor: { kind: 'system' }, role: 'owner' }, async (tx) => {
      const rows = await tx.rows<{ name: string }>('select name from contacts');
      return rows.map((row) => row.name).join();
    });

  test('never shows one tenant what was the other’s, whatever went wrong in between', async () => {
    const accidents: (() => Promise<unknown>)[] = [
      () => single.tenant(asA, () => Promise.reject(new Error('thrown inside'))),
      () => single.tenant(asA, (tx) => tx.run('select 1 / 0')),
      () =>
        single.tenant(asA, async (tx) => {
          await tx.run(`set local statement_timeout = '20ms'`);
          await tx.run('select pg_sleep(5)');
        }),
      () =>
        single.tenant(asA, async (tx) => {
          await tx.run('select pg_terminate_backend(pg_backend_pid())');
        }),
    ];
    for (const accident of accidents) {
      expect(await namesSeen(a)).toContain('CANARY-A');
      await expect(accident()).rejects.toThrow();
      expect(await single.system((tx) => tx.run('select from contacts'))).toBe(0);
      const seen = await namesSeen(b);
      expect(seen).toContain('CANARY-B');
      expect(seen).not.toContain('CANARY-A');
      expect(await single.user(b.ownerId, (tx) => tx.run('select from contacts'))).toBe(0);
      expect(await single.user(b.ownerId, (tx) => tx.run('select from members'))).toBe(1);
    }
  });
});
