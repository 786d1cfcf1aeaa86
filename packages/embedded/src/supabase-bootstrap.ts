import { createHmac } from 'node:crypto';
import pg from 'pg';
import type { Secrets } from './secrets.ts';

/** The application's database in the cluster. */
const databaseName = 'zaphub';

/** Connection strings of the login roles, all to the application's database. */
export interface DatabaseUrls {
  /** `postgres`: runs migrations, owns the schema; as on Supabase no superuser, but it bypasses row-level security. */
  readonly owner: string;
  /** `zaphub_api`: the api's role; row-level security applies to it. */
  readonly api: string;
  /** `zaphub_system`: the engine's role. */
  readonly system: string;
  /** `zaphub_queues`: reaches the queues' tables and nothing else. */
  readonly queues: string;
  /** `authenticator`: the role of the Auth and Data API server. */
  readonly authenticator: string;
}

/**
 * Makes a bare Postgres look like a Supabase project: its roles, the `zaphub` database, `auth.uid()` and
 * relatives, default privileges. Passwords are set to `secrets` each time; the rest is created once.
 *
 * @param superuserUrl any database of the cluster, as a superuser
 */
export async function bootstrapSupabase(
  superuserUrl: string,
  passwords: Secrets['passwords'],
): Promise<DatabaseUrls> {
  await withClient(superuserUrl, async (client) => {
    await client.query(clusterRoles);
    await setPassword(client, 'postgres', passwords.owner);
    await setPassword(client, 'authenticator', passwords.authenticator);
    const found = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName} owner postgres`);
  });
  const superuser = new URL(superuserUrl);
  superuser.pathname = `/${databaseName}`;
  await withClient(superuser.href, async (client) => {
    await client.query(databaseObjects);
  });
  const urls = databaseUrls(Number(superuser.port), passwords);
  // Made by the owner, who may then grant them to others in a migration, as on a hosted project.
  await withClient(urls.owner, async (client) => {
    await client.query(applicationRoles);
    await setPassword(client, 'zaphub_api', passwords.api);
    await setPassword(client, 'zaphub_system', passwords.system);
    await setPassword(client, 'zaphub_queues', queuesPassword(passwords));
  });
  return urls;
}

async function withClient(
  connectionString: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'zaphub-bootstrap' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

async function setPassword(client: pg.Client, role: string, password: string): Promise<void> {
  await client.query(
    `alter role ${client.escapeIdentifier(role)} login password ${client.escapeLiteral(password)}`,
  );
}

/** The connection strings of the login roles of a cluster that listens on `port` of this machine. */
export function databaseUrls(port: number, passwords: Secrets['passwords']): DatabaseUrls {
  const urlOf = (user: string, password: string) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${databaseName}`;
  return {
    owner: urlOf('postgres', passwords.owner),
    api: urlOf('zaphub_api', passwords.api),
    system: urlOf('zaphub_system', passwords.system),
    queues: urlOf('zaphub_queues', queuesPassword(passwords)),
    authenticator: urlOf('authenticator', passwords.authenticator),
  };
}

/** Made from the engine's, so that an installation from before this role needs no new secret. */
function queuesPassword(passwords: Secrets['passwords']): string {
  return createHmac('sha256', passwords.system).update('zaphub_queues').digest('base64url');
}

// `authenticator` inherits what it may become, because the Data API lists the tables it can see as itself.
const clusterRoles = `
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      ('authenticator', 'login inherit nosuperuser nobypassrls'),
      ('postgres', 'login inherit nosuperuser createdb createrole replication bypassrls')
    ) as roles(name, attributes)
  loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      execute format('create role %I %s', wanted.name, wanted.attributes);
    end if;
  end loop;
end
$$;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
`;

const databaseObjects = `
grant create on database ${databaseName} to authenticator;
create schema if not exists auth;
grant all on schema auth to authenticator, postgres;
grant usage on schema auth to anon, authenticated, service_role;
grant usage on schema public to anon, authenticated, service_role;

create or replace function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;
create or replace function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;
create or replace function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;
create or replace function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(nullif(current_setting('request.jwt.claims', true), ''), '{}')::jsonb
$$;

-- A hosted project grants every new table of its owner to the request roles; row-level security is what
-- protects them. The same here, so that a migration that forgets to revoke is caught on one machine too.
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;
`;

const applicationRoles = `
do $$
begin
  if not exists (select from pg_roles where rolname = 'zaphub_api') then
    create role zaphub_api login nosuperuser nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'zaphub_system') then
    create role zaphub_system login nosuperuser nobypassrls;
  end if;
  if not exists (select from pg_roles where rolname = 'zaphub_queues') then
    create role zaphub_queues login nosuperuser nobypassrls;
  end if;
end
$$;
`;
