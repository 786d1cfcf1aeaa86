import { createDatabase, type Database, type Tx } from '@zaphub/db';
import { useTestDatabase } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeCatalogue } from './judge-catalogue.ts';
import { listGrants } from './list-grants.ts';

const database = useTestDatabase();
let owner: Database;
beforeAll(() => {
  owner = createDatabase({ connectionString: database.urls.owner, maxConnections: 2 });
});
afterAll(() => owner.close());

const undone = new Error('undone on purpose');

/** What is found after a change, which is undone again. */
async function findingsAfter(...changes: string[]): Promise<string[]> {
  let findings: string[] = [];
  const trial = async (tx: Tx): Promise<never> => {
    for (const change of changes) await tx.run(change);
    findings = await judgeCatalogue(tx);
    throw undone;
  };
  await expect(owner.system(trial)).rejects.toBe(undone);
  return findings;
}

test('no table, policy, role, function or view lets one tenant reach another', async () => {
  expect(await owner.system(judgeCatalogue)).toEqual([]);
});

test('grants are the ones that were agreed on', async () => {
  await expect(await owner.system(listGrants)).toMatchFileSnapshot('./grants.txt');
});

describe('the judgement notices', () => {
  test('each policy that goes missing', async () => {
    const policies = await owner.system((tx) =>
      tx.rows<{ name: string; table: string }>(
        `select policyname as name, schemaname || '.' || tablename as "table" from pg_policies where schemaname in ('public', 'app')`,
      ),
    );
    expect(policies.length).toBeGreaterThan(40);
    for (const { name, table } of policies) {
      const findings = await findingsAfter(`drop policy ${name} on ${table}`);
      expect(findings.filter((finding) => finding.startsWith(`${table}:`))).toHaveLength(1);
    }
  });

  test('each table whose row-level security is off or not forced', async () => {
    const tables = await owner.system((tx) =>
      tx.rows<{ name: string }>(
        `select schemaname || '.' || tablename as name from pg_tables where schemaname = 'public'`,
      ),
    );
    expect(tables.length).toBeGreaterThan(15);
    for (const { name } of tables) {
      expect(await findingsAfter(`alter table ${name} no force row level security`)).toEqual([
        `${name}: row-level security is not forced`,
      ]);
      expect(await findingsAfter(`alter table ${name} disable row level security`)).toEqual([
        `${name}: row-level security is off`,
      ]);
    }
  });

  test.each<[string, string[], RegExp]>([
    [
      'a new table without protection',
      ['create table public.notes (tenant_id uuid not null)'],
      /public\.notes: row-level security is off/,
    ],
    ['a new table without a tenant', ['create table public.notes (id int)'], /public\.notes: no tenant_id/],
    [
      'a tenant that may be null',
      ['alter table public.campaigns alter tenant_id drop not null'],
      /campaigns: tenant_id may be null/,
    ],
    [
      'a policy for everybody',
      ['create policy extra on public.contacts using (true) with check (true)'],
      /policy extra: for public/,
    ],
    [
      'a policy for anon',
      ['create policy extra on public.contacts for select to anon using (true)'],
      /policy extra: for anon/,
    ],
    [
      'a policy of the api without the tenant',
      ['create policy extra on public.contacts for select to zaphub_api using (true)'],
      /policy extra: does not ask for the current tenant/,
    ],
    [
      'a policy that looks the tenant up for each row',
      [
        'create policy extra on public.contacts for select to zaphub_api using (tenant_id = app.current_tenant())',
      ],
      /policy extra: does not ask/,
    ],
    [
      'a policy that lets people write',
      [
        'create policy extra on public.contacts for update to authenticated using (tenant_id in (select app.my_tenant_ids()))',
      ],
      /policy extra: (lets people|no WITH CHECK)/,
    ],
    [
      'a table opened to people without a policy',
      ['grant select on public.outbox to authenticated'],
      /public\.outbox: what people may read/,
    ],
    [
      'a table owned by the api',
      ['alter table public.contacts owner to zaphub_api'],
      /contacts: owned by zaphub_api/,
    ],
    ['an api that bypasses', ['alter role zaphub_api bypassrls'], /role zaphub_api: bypassrls/],
    ['an api that is superuser', ['alter role zaphub_api superuser'], /role zaphub_api: superuser/],
    [
      'an api that may become the engine',
      ['revoke zaphub_api from zaphub_system', 'grant zaphub_system to zaphub_api'],
      /zaphub_api may become zaphub_system/,
    ],
    [
      'an api that may create',
      ['grant create on schema public to zaphub_api'],
      /schema public: zaphub_api may create/,
    ],
    [
      'an api that may look into the queues',
      ['grant usage on schema bullmq to zaphub_api'],
      /bullmq: zaphub_api may use/,
    ],
    [
      'a role of the queues that reads a tenant’s rows',
      ['grant select on public.contacts to zaphub_queues'],
      /public\.contacts: zaphub_queues may read it/,
    ],
    [
      'a view with its owner’s rights',
      ['create view public.everybody as select * from public.contacts'],
      /view everybody/,
    ],
    [
      'a materialised view',
      ['create materialized view public.everybody as select 1 as x'],
      /materialised view everybody/,
    ],
    ['a publication', ['create publication leak for table public.contacts'], /publication leak/],
    [
      'a function with its owner’s rights',
      [
        `create function app.leak() returns bigint language sql security definer as 'select count(*) from public.contacts'`,
      ],
      /function app\.leak: runs with its owner's rights/,
    ],
    [
      'a search_path that is not fixed',
      ['alter function app.my_tenant_ids() reset search_path'],
      /my_tenant_ids: its search_path/,
    ],
    [
      'an owner’s rights that are too great',
      ['alter function app.my_tenant_ids() owner to current_user'],
      /my_tenant_ids: owned by/,
    ],
    [
      'a function for everybody',
      ['grant execute on function app.create_tenant(uuid, text, text, text, text, text) to public'],
      /create_tenant: everybody/,
    ],
    [
      'a foreign key that reaches over',
      [
        'alter table public.campaigns add constraint over foreign key (template_id) references public.templates (id)',
      ],
      /foreign key over/,
    ],
  ])('%s', async (_name, changes, expected) => {
    const findings = await findingsAfter(...changes);
    expect(findings.filter((finding) => expected.test(finding))).not.toEqual([]);
  });

  test('a grant that was not agreed on', async () => {
    const before = await owner.system(listGrants);
    let after = before;
    const trial = async (tx: Tx): Promise<never> => {
      await tx.run('grant truncate on public.contacts to zaphub_api');
      after = await listGrants(tx);
      throw undone;
    };
    await expect(owner.system(trial)).rejects.toBe(undone);
    expect(after).not.toBe(before);
  });
});
