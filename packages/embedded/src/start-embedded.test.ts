import { createClient } from '@supabase/supabase-js';
import { chmod, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getuid } from 'node:process';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbedded, type EmbeddedServices } from './start-embedded.ts';

let homeDir: string;
let services: EmbeddedServices;

beforeAll(async () => {
  homeDir = join(await mkdtemp(join(tmpdir(), 'zaphub-embedded-')), 'home');
  await chmod(dirname(homeDir), 0o755);
  services = await startEmbedded({ homeDir });
}, 60_000);

afterAll(async () => {
  await services.close();
  await rm(dirname(homeDir), { recursive: true, force: true });
});

describe('the embedded services', () => {
  it('let a person sign up, sign in and read only their own rows through the Data API', async () => {
    await sql(
      services.urls.owner,
      `create table public.notes (id int primary key, owner_id uuid not null, text text not null);
       alter table public.notes enable row level security;
       alter table public.notes force row level security;
       create policy own on public.notes to authenticated using (owner_id = auth.uid());`,
    );
    await services.reloadSchema();
    const client = createClient(services.supabase.url, services.supabase.publishableKey);
    const credentials = { email: 'ana@example.com', password: 'correct horse 1' };
    const signedUp = await client.auth.signUp(credentials);
    expect(signedUp.error).toBeNull();
    const signedIn = await client.auth.signInWithPassword(credentials);
    expect(signedIn.error).toBeNull();
    await sql(
      services.urls.owner,
      `insert into public.notes values (1, $1, 'mine'), (2, gen_random_uuid(), 'not mine')`,
      [signedIn.data.user?.id],
    );

    const mine = await client.from('notes').select('text');
    expect(mine.data).toEqual([{ text: 'mine' }]);
    const anonymous = createClient(services.supabase.url, services.supabase.publishableKey);
    expect((await anonymous.from('notes').select('text')).data).toEqual([]);
    const admin = createClient(services.supabase.url, services.supabase.secretKey);
    expect((await admin.from('notes').select('text').order('id')).data).toHaveLength(2);
  });

  it('keep the grants of a table as its migration left them', async () => {
    await sql(
      services.urls.owner,
      `create table public.closed (id int primary key);
       alter table public.closed enable row level security;
       revoke all on public.closed from anon, authenticated;`,
    );
    await services.reloadSchema();
    const client = createClient(services.supabase.url, services.supabase.publishableKey);
    expect((await client.from('closed').select('id')).data).toBeNull();
    const grants = await sql(
      services.urls.owner,
      `select has_table_privilege('anon', 'public.closed', 'select') as anon,
              has_table_privilege('authenticated', 'public.closed', 'insert') as authenticated`,
    );
    expect(grants).toEqual([{ anon: false, authenticated: false }]);
  });

  it('serve nothing but the Auth and Data API', async () => {
    for (const path of ['/', '/info', '/config', '/introspect', '/storage/v1/bucket']) {
      const reply = await fetch(services.supabase.url + path);
      expect([path, reply.status]).toEqual([path, 404]);
    }
    const keyless = await fetch(`${services.supabase.url}/rest/v1/notes`);
    expect(keyless.status).toBe(401);
  });

  it('give the api and the engine roles that neither own tables nor bypass row-level security', async () => {
    for (const url of [services.urls.api, services.urls.system]) {
      const [role] = await sql(
        url,
        `select rolsuper, rolbypassrls, rolcreaterole,
                (select count(*)::int from pg_class c where c.relowner = r.oid) as owned
         from pg_roles r where rolname = current_user`,
      );
      expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, owned: 0 });
    }
    expect(
      await sql(services.urls.owner, `select rolsuper from pg_roles where rolname = current_user`),
    ).toEqual([{ rolsuper: false }]);
  });

  it('keep durability on', async () => {
    const names = [
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'listen_addresses',
      'unix_socket_directories',
    ];
    const rows = await sql(
      services.urls.owner,
      'select name, setting from pg_settings where name = any($1)',
      [names],
    );
    expect(Object.fromEntries(rows.map((row) => [row['name'], row['setting']]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
    });
  });

  it('keep their secrets in a file for its owner only', async () => {
    const { mode } = await stat(join(homeDir, 'secrets.json'));
    expect((mode & 0o777).toString(8)).toBe('600');
  });

  it('refuse a second start on the same folder in one sentence', async () => {
    await expect(startEmbedded({ homeDir })).rejects.toMatchObject({
      code: 'already_running',
      message: `ZapHub is already running on ${homeDir} (process ${process.pid}).`,
    });
  });

  it('start Postgres again, at the same address, when it is killed', async () => {
    const pid = Number.parseInt(await readFile(join(homeDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => sql(services.urls.api, 'select 1 as one').catch(() => undefined), { timeout: 20_000 })
      .toEqual([{ one: 1 }]);
  });

  it('keep data, keys and addresses over a restart, whatever process now has the old process id', async () => {
    const before = services;
    await before.close();
    const pidFile = join(homeDir, 'postgres', 'postmaster.pid');
    await writeFile(pidFile, `${process.pid}\n${join(homeDir, 'postgres')}\n0\n1\n\n127.0.0.1\n\n`);
    services = await startEmbedded({ homeDir });
    expect(services.supabase).toEqual(before.supabase);
    expect(services.urls).toEqual(before.urls);
    expect(await sql(services.urls.owner, 'select text from public.notes order by id')).toHaveLength(2);
  });

  it('say so when the secrets do not fit the data', async () => {
    const other = await mkdtemp(join(tmpdir(), 'zaphub-embedded-'));
    const first = await startEmbedded({ homeDir: other });
    await first.close();
    await rm(join(other, 'secrets.json'));
    await expect(startEmbedded({ homeDir: other })).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringContaining('secrets.json is damaged or was replaced'),
    });
    await rm(other, { recursive: true, force: true });
  });

  it.runIf(getuid?.() === 0)(
    'work below a folder that only root may enter, and say where the data is',
    async () => {
      const closed = await mkdtemp(join(tmpdir(), 'zaphub-closed-'));
      const home = join(closed, 'home');
      const told: unknown[] = [];
      const onProgress = (event: unknown) => told.push(event);
      const first = await startEmbedded({ homeDir: home, onProgress });
      await sql(first.urls.owner, 'create table public.kept ()');
      await first.close();
      const dataDir = await readlink(join(home, 'postgres'));
      expect(told).toContainEqual({ step: 'database_elsewhere', dataDir });
      const second = await startEmbedded({ homeDir: home });
      expect(await sql(second.urls.owner, 'select from public.kept')).toEqual([]);
      await second.close();
      await Promise.all([closed, dirname(dataDir)].map((path) => rm(path, { recursive: true, force: true })));
    },
  );

  it('stop at once when the start is given up', async () => {
    const other = await mkdtemp(join(tmpdir(), 'zaphub-embedded-'));
    const given = new AbortController();
    const starting = startEmbedded({
      homeDir: other,
      signal: given.signal,
      onProgress: ({ step }) => step === 'start_auth' && given.abort(),
    });
    await expect(starting).rejects.toThrow('aborted');
    const again = await startEmbedded({ homeDir: other });
    await again.close();
    await rm(other, { recursive: true, force: true });
  });
});

async function sql(
  connectionString: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(text, values);
    return result.rows;
  } finally {
    await client.end();
  }
}
