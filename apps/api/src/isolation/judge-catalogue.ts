import type { Tx } from '@zaphub/db';

/** Tables without tenant_id, each with its reason. */
const global = new Set([
  'app.installation', // one row, about the installation
  'app.system_log', // what outlives a tenant; the engine's alone
  'app.migrations', // which migrations are applied
  'app.workers', // the processes that are alive
  'public.tenants', // the tenants themselves: their id is the tenant
]);

/** Functions that run with the rights of their owner; each takes nothing on trust from its caller. */
const definers = new Set([
  'app.claim_installation',
  'app.create_tenant',
  'app.is_claimed',
  'app.is_setup_token',
  'app.my_tenant_ids',
  'app.delete_old_streams', // hints that are past their time
  'app.outbox_lag', // a number and an age, of all tenants together
  'app.set_setup_token',
  'app.stream_counts', // numbers of all tenants together
  'app.task_counts', // numbers of all tenants together
  'app.webhook_connection', // a tenant's id and a provider's name, for whoever knows the connection's id
  'app.webhook_lag', // numbers and an age, of all tenants together
]);

/**
 * Reads the database's own catalogue and names everything that would let one tenant reach another. Tables are
 * found, not listed: one that is added later is judged the same.
 * @param tx as the owner of the schema
 */
export async function judgeCatalogue(tx: Tx): Promise<string[]> {
  const findings: string[] = [];
  for (const judge of [judgeTables, judgePolicies, judgeRoles, judgeFunctions, judgeRelations]) {
    findings.push(...(await judge(tx)));
  }
  return findings.sort();
}

async function judgeTables(tx: Tx): Promise<string[]> {
  const tables = await tx.rows<{
    name: string;
    owner: string;
    has_tenant: boolean;
    is_not_null: boolean;
    is_enabled: boolean;
    is_forced: boolean;
  }>(
    `select n.nspname || '.' || c.relname as name, pg_get_userbyid(c.relowner) as owner,
       a.attname is not null as has_tenant, coalesce(a.attnotnull, false) as is_not_null,
       c.relrowsecurity as is_enabled, c.relforcerowsecurity as is_forced
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and n.nspname in ('public', 'app')`,
  );
  return tables.flatMap((table) => {
    const found: string[] = [];
    if (table.owner.startsWith('zaphub_')) found.push(`${table.name}: owned by ${table.owner}`);
    if (!table.has_tenant) {
      if (!global.has(table.name)) found.push(`${table.name}: no tenant_id`);
      if (table.name !== 'public.tenants') return found;
    } else if (!table.is_not_null) found.push(`${table.name}: tenant_id may be null`);
    if (!table.is_enabled) found.push(`${table.name}: row-level security is off`);
    if (!table.is_forced) found.push(`${table.name}: row-level security is not forced`);
    return found;
  });
}

interface Policy {
  table: string;
  name: string;
  command: 'r' | 'a' | 'w' | 'd' | '*';
  is_permissive: boolean;
  roles: string[];
  using: string | null;
  check: string | null;
}

async function judgePolicies(tx: Tx): Promise<string[]> {
  const tables = await tx.rows<{ name: string; open_to_people: boolean }>(
    `select n.nspname || '.' || c.relname as name, has_any_column_privilege('authenticated', c.oid, 'select') as open_to_people
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname in ('public', 'app') and c.relname <> 'installation'
       and (c.relname = 'tenants' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id'))`,
  );
  const policies = await tx.rows<Policy>(
    `select n.nspname || '.' || c.relname as table, p.polname as name, p.polcmd as command,
       p.polpermissive as is_permissive,
       array(select case when r = 0 then 'public' else pg_get_userbyid(r)::text end from unnest(p.polroles) r) as roles,
       pg_get_expr(p.polqual, p.polrelid) as "using", pg_get_expr(p.polwithcheck, p.polrelid) as "check"
     from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace`,
  );
  const found = policies.flatMap(judgePolicy);
  for (const table of tables) {
    const own = policies.filter((policy) => policy.table === table.name);
    for (const role of ['zaphub_api', 'zaphub_system']) {
      if (!own.some((policy) => policy.command === '*' && policy.roles.includes(role))) {
        found.push(`${table.name}: no policy of ${role} for every command`);
      }
    }
    const hasReadPolicy = own.some(
      (policy) => policy.command === 'r' && policy.roles.includes('authenticated'),
    );
    if (table.open_to_people !== hasReadPolicy) {
      found.push(`${table.name}: what people may read and the policy for it do not match`);
    }
  }
  return found;
}

const knownRoles = new Set(['zaphub_api', 'zaphub_system', 'authenticated']);

function judgePolicy(policy: Policy): string[] {
  const name = `${policy.table} policy ${policy.name}`;
  const found: string[] = [];
  for (const role of policy.roles) if (!knownRoles.has(role)) found.push(`${name}: for ${role}`);
  if (policy.command !== 'a' && policy.using === null) found.push(`${name}: no USING`);
  if (policy.command !== 'r' && policy.command !== 'd' && policy.check === null)
    found.push(`${name}: no WITH CHECK`);
  if (policy.roles.includes('zaphub_api')) {
    for (const expression of [policy.using, policy.check]) {
      // Wrapped in a SELECT the tenant is looked up once a statement, not once a row.
      if (expression !== null && !/\( SELECT app\.current_tenant\(\)/.test(expression)) {
        found.push(`${name}: does not ask for the current tenant, once: ${expression}`);
      }
    }
  }
  if (policy.roles.includes('authenticated')) {
    if (policy.command !== 'r') found.push(`${name}: lets people do more than read`);
    if (!policy.using?.includes('app.my_tenant_ids()')) found.push(`${name}: does not ask for membership`);
  }
  return found;
}

async function judgeRoles(tx: Tx): Promise<string[]> {
  const roles = await tx.rows<{ name: string; powers: string }>(
    `select rolname as name, concat_ws(', ',
       case when rolsuper then 'superuser' end, case when rolbypassrls then 'bypassrls' end,
       case when rolcreaterole then 'createrole' end, case when rolcreatedb then 'createdb' end,
       case when rolreplication then 'replication' end) as powers
     from pg_roles where rolname in ('zaphub_api', 'zaphub_system', 'zaphub_queues', 'anon', 'authenticated')`,
  );
  const found = roles.filter((role) => role.powers !== '').map((role) => `role ${role.name}: ${role.powers}`);
  const memberships = await tx.rows<{ name: string }>(
    `select pg_get_userbyid(m.member) || ' may become ' || pg_get_userbyid(m.roleid) as name from pg_auth_members m
     where pg_get_userbyid(m.member) in ('zaphub_api', 'zaphub_queues', 'anon', 'authenticated')
        or (pg_get_userbyid(m.member) = 'zaphub_system' and pg_get_userbyid(m.roleid) <> 'zaphub_api')`,
  );
  const schemas = await tx.rows<{ name: string }>(
    `select 'schema ' || n.nspname || ': ' || r || ' may create in it' as name
     from pg_namespace n cross join unnest(array['zaphub_api', 'zaphub_queues', 'anon', 'authenticated']) r
     where n.nspname in ('public', 'app', 'bullmq') and has_schema_privilege(r, n.oid, 'create')
     union all
     select 'schema bullmq: ' || r || ' may use it' from unnest(array['zaphub_api', 'anon', 'authenticated']) r
     where has_schema_privilege(r, 'bullmq', 'usage')
     union all
     select 'schema app: zaphub_queues may use it' where has_schema_privilege('zaphub_queues', 'app', 'usage')
     union all
     select n.nspname || '.' || c.relname || ': zaphub_queues may read it' from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'app') and c.relkind in ('r', 'p', 'v', 'm')
       and has_any_column_privilege('zaphub_queues', c.oid, 'select, insert, update')`,
  );
  return [...found, ...memberships.map((each) => each.name), ...schemas.map((each) => each.name)];
}

async function judgeFunctions(tx: Tx): Promise<string[]> {
  const functions = await tx.rows<{
    name: string;
    owner: string;
    is_definer: boolean;
    has_path: boolean;
    for_everybody: boolean;
  }>(
    `select n.nspname || '.' || p.proname as name, pg_get_userbyid(p.proowner) as owner,
       p.prosecdef as is_definer, coalesce('search_path=""' = any (p.proconfig), false) as has_path,
       has_function_privilege('anon', p.oid, 'execute') as for_everybody
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app')`,
  );
  return functions.flatMap((each) => {
    const found: string[] = [];
    if (each.for_everybody) found.push(`function ${each.name}: everybody may call it`);
    if (!each.is_definer) return found;
    if (!definers.has(each.name)) found.push(`function ${each.name}: runs with its owner's rights`);
    if (!each.has_path) found.push(`function ${each.name}: its search_path is not fixed`);
    if (each.owner !== 'zaphub_system') found.push(`function ${each.name}: owned by ${each.owner}`);
    return found;
  });
}

async function judgeRelations(tx: Tx): Promise<string[]> {
  const views = await tx.rows<{ name: string }>(
    `select case c.relkind when 'm' then 'materialised view ' else 'view ' end || c.relname || ': shows its owner''s rows' as name
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('public', 'app')
       and (c.relkind = 'm' or (c.relkind = 'v' and not coalesce('security_invoker=true' = any (c.reloptions), false)))`,
  );
  const publications = await tx.rows<{ name: string }>(
    `select 'publication ' || pubname || ': sends out ' || schemaname || '.' || tablename as name from pg_publication_tables
     where schemaname in ('public', 'app')`,
  );
  const keys = await tx.rows<{ name: string; table: string; target: string }>(
    `select k.conname as name, k.conrelid::regclass::text as "table", k.confrelid::regclass::text as target
     from pg_constraint k join pg_namespace n on n.oid = k.connamespace
     where k.contype = 'f' and n.nspname in ('public', 'app') and not exists (
       select from pg_attribute a where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.attname = 'tenant_id')`,
  );
  return [
    ...views.map((each) => each.name),
    ...publications.map((each) => each.name),
    ...keys.map((key) => `foreign key ${key.name} (${key.table} to ${key.target}): without tenant_id`),
  ];
}
