-- The core of ZapHub: tenants and members, contacts, imports, templates, connections, campaigns and the
-- recipient ledger. Every table that holds a tenant's data carries tenant_id and has forced row-level
-- security with two kinds of policy: the processes' roles (zaphub_api scoped by app.tenant_id,
-- zaphub_system for the engine that serves all tenants), and `authenticated` for people who
-- come through the Data API with their own token (read only, by membership).

create schema if not exists app;

-- Roles ------------------------------------------------------------------------------------------------

do $$
declare
  wanted text;
begin
  foreach wanted in array array['zaphub_api', 'zaphub_system', 'anon', 'authenticated', 'service_role'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      execute format('create role %I nologin nosuperuser nobypassrls', wanted);
    end if;
  end loop;
end
$$;

grant zaphub_api to zaphub_system;
grant usage on schema app, public to zaphub_api, zaphub_system, authenticated;

-- BullMQ's Postgres backend keeps its tables in a schema of its own, owned by the engine's role.
-- Since Postgres 16 whoever makes a role may hand it out, but must grant it to themselves to act as it.
do $$
begin
  execute format('grant zaphub_api, zaphub_system to %I', current_user);
end
$$;
create schema if not exists bullmq authorization zaphub_system;

-- Scope ------------------------------------------------------------------------------------------------

create function app.current_tenant() returns uuid
  language sql stable parallel safe
  as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;

create function app.current_user_id() returns uuid
  language sql stable parallel safe
  as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

-- Time-ordered ids (RFC 9562, version 7): Postgres 18 has them built in, older servers get the same layout.
do $$
begin
  if exists (select from pg_proc where proname = 'uuidv7' and pronamespace = 'pg_catalog'::regnamespace) then
    execute 'create function app.new_id() returns uuid language sql volatile parallel safe as ''select pg_catalog.uuidv7()''';
  else
    execute $f$
      create function app.new_id() returns uuid language sql volatile parallel safe as '
        select encode(
          set_byte(set_byte(
            overlay(uuid_send(gen_random_uuid()) placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
            6, (get_byte(uuid_send(gen_random_uuid()), 6) & 15) | 112),
            8, (get_byte(uuid_send(gen_random_uuid()), 8) & 63) | 128), ''hex'')::uuid'
    $f$;
  end if;
end
$$;

-- Installation -----------------------------------------------------------------------------------------

-- One row: which installation this database belongs to, and the setup token while nobody owns it yet.
create table app.installation (
  singleton boolean primary key default true check (singleton),
  installation_id uuid not null default app.new_id(),
  setup_token_hash bytea,
  claimed_at timestamptz,
  created_at timestamptz not null default now()
);
insert into app.installation default values;
revoke all on app.installation from public;

-- Tenants ----------------------------------------------------------------------------------------------

create table public.tenants (
  id uuid primary key default app.new_id(),
  name text not null check (length(name) between 1 and 120),
  default_country text not null default 'BR' check (default_country ~ '^[A-Z]{2}$'),
  locale text not null default 'pt-BR' check (locale in ('pt-BR', 'en')),
  timezone text not null default 'America/Sao_Paulo',
  plan text not null default 'free' check (plan in ('free', 'pro', 'enterprise')),
  created_at timestamptz not null default now()
);

-- Whoever remembers a tenant's plan hears that it has changed.
create function app.tell_plan() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform pg_notify('zaphub_plans', new.id::text);
  return null;
end
$$;
create trigger tenants_tell_plan after update of plan on public.tenants
  for each row when (old.plan is distinct from new.plan) execute function app.tell_plan();

create table public.members (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'operator', 'viewer')),
  email text not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, user_id)
);
create index members_user on public.members (user_id);

-- The tenants a Data API user belongs to. Definer rights keep the policy on members from asking itself.
create function app.my_tenant_ids() returns setof uuid
  language sql stable security definer set search_path = ''
  as $$
    select m.tenant_id from public.members m
    where m.user_id = nullif(current_setting('request.jwt.claims', true)::jsonb ->> 'sub', '')::uuid
  $$;
revoke all on function app.my_tenant_ids() from public;
grant execute on function app.my_tenant_ids() to authenticated;

-- Contacts ---------------------------------------------------------------------------------------------

-- The key begins with the tenant: one index serves lookups, paging by age, and the keys that refer to it.
create table public.contacts (
  id uuid not null default app.new_id(),
  tenant_id uuid not null,
  -- E.164: a plus, then 7 to 15 digits, of which the first is no zero. Said without one pattern for the whole, which
  -- would cost an import more than any other column; "C" compares bytes, whatever language the server speaks.
  phone text collate "C" constraint contacts_phone_e164
    check (octet_length(phone) between 8 and 16 and phone >= '+1' and phone < '+:' and phone !~ '.[^0-9]'),
  name text,
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  consent_source text,
  -- The import that made this contact. Never changes: together with import_matches it tells an import which
  -- contacts it has met already.
  import_id uuid,
  opted_out_at timestamptz,
  opt_out_source text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint contacts_phone unique (tenant_id, phone)
);

create table public.contact_tags (
  tenant_id uuid not null,
  tag text not null check (length(tag) between 1 and 64),
  contact_id uuid not null,
  primary key (tenant_id, tag, contact_id),
  foreign key (tenant_id, contact_id) references public.contacts (tenant_id, id) on delete cascade
);
create index contact_tags_contact on public.contact_tags (contact_id);

-- Imports ----------------------------------------------------------------------------------------------

create table public.imports (
  id uuid primary key default app.new_id(),
  tenant_id uuid not null,
  filename text not null,
  file_key text not null,
  size_bytes bigint not null,
  status text not null default 'uploaded'
    check (status in ('uploaded', 'queued', 'running', 'completed', 'failed', 'cancelled')),
  detected jsonb not null default '{}',
  mapping jsonb,
  options jsonb not null default '{}',
  bytes_read bigint not null default 0,
  rows_read bigint not null default 0,
  -- The cursor: the next record begins at byte bytes_read and is row next_row (the header is row 1). It moves in
  -- the same transaction as the rows before it, by the runner that holds the fence.
  next_row bigint not null default 1,
  progress_at timestamptz not null default now(),
  created bigint not null default 0,
  updated bigint not null default 0,
  unchanged bigint not null default 0,
  duplicates bigint not null default 0,
  invalid bigint not null default 0,
  fence bigint not null default 0,
  error_code text,
  error_detail text,
  created_by uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint imports_by_age unique (tenant_id, id)
);

create table public.import_errors (
  tenant_id uuid not null,
  import_id uuid not null,
  row_number bigint not null,
  code text not null,
  column_name text,
  value text,
  primary key (import_id, row_number),
  foreign key (tenant_id, import_id) references public.imports (tenant_id, id) on delete cascade
);

-- Contacts that were there before an import and that it has met: a second row with such a phone is a duplicate.
-- Emptied when the import ends.
create table public.import_matches (
  tenant_id uuid not null,
  import_id uuid not null,
  contact_id uuid not null,
  primary key (import_id, contact_id),
  foreign key (tenant_id, import_id) references public.imports (tenant_id, id) on delete cascade
);

-- Templates --------------------------------------------------------------------------------------------

create table public.templates (
  id uuid primary key default app.new_id(),
  tenant_id uuid not null,
  name text not null check (length(name) between 1 and 120),
  body text not null check (length(body) between 1 and 4096),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index templates_name on public.templates (tenant_id, lower(name)) where deleted_at is null;

-- Connections and their lanes --------------------------------------------------------------------------

create table public.connections (
  id uuid primary key default app.new_id(),
  tenant_id uuid not null,
  name text not null,
  provider text not null check (provider in ('simulator', 'cloud-api', 'wuzapi', 'baileys')),
  status text not null default 'connected'
    check (status in ('created', 'connecting', 'connected', 'degraded', 'stopped')),
  settings jsonb not null default '{}',
  rate_per_second numeric check (rate_per_second > 0),
  created_at timestamptz not null default now(),
  constraint connections_by_age unique (tenant_id, id)
);

-- A lane is a connection's queue of sends: one owner at a time, held by a lease in database time.
create table public.lanes (
  connection_id uuid primary key,
  tenant_id uuid not null,
  owner text,
  fence bigint not null default 0,
  lease_until timestamptz,
  next_send_at timestamptz,
  last_turn_at timestamptz,
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);

-- Campaigns --------------------------------------------------------------------------------------------

create table public.campaigns (
  id uuid primary key default app.new_id(),
  tenant_id uuid not null,
  name text not null check (length(name) between 1 and 120),
  template_id uuid,
  body text not null,
  connection_id uuid not null,
  audience jsonb not null,
  status text not null default 'draft'
    check (status in ('draft', 'scheduled', 'preparing', 'running', 'paused', 'completed', 'cancelled', 'failed')),
  unknown_policy text not null default 'at_most_once'
    check (unknown_policy in ('at_most_once', 'at_least_once', 'ask')),
  rate_per_second numeric check (rate_per_second > 0),
  scheduled_at timestamptz,
  timezone text not null default 'America/Sao_Paulo',
  -- Where the set-based expansion of the audience has got to; null once the audience is frozen.
  expansion_cursor uuid,
  expansion_limit timestamptz,
  frozen_at timestamptz,
  -- The state to return to when a paused campaign is resumed ('preparing' or 'running').
  resume_status text,
  error_code text,
  error_detail text,
  created_by uuid,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  constraint campaigns_by_age unique (tenant_id, id)
);
create index campaigns_live on public.campaigns (connection_id, status)
  where status in ('scheduled', 'preparing', 'running');

-- Counters live apart from the campaign, so that recording results never waits for a pause and a pause
-- never waits for results. They change in the same transaction as the ledger rows they count.
create table public.campaign_counters (
  campaign_id uuid primary key,
  tenant_id uuid not null,
  total bigint not null default 0,
  sent bigint not null default 0,
  delivered bigint not null default 0,
  read bigint not null default 0,
  failed bigint not null default 0,
  dlq bigint not null default 0,
  skipped bigint not null default 0,
  unknown bigint not null default 0,
  updated_at timestamptz not null default now(),
  foreign key (tenant_id, campaign_id) references public.campaigns (tenant_id, id) on delete cascade
);

-- The recipient ledger ---------------------------------------------------------------------------------

create type public.message_state as enum (
  'pending', 'claimed', 'sending', 'sent', 'delivered', 'read', 'failed', 'dlq', 'skipped', 'unknown'
);

-- A claim is one batch taken by one lane: its id is the fence of every row in it, its lease is judged by the
-- database's clock. The rows' ids are kept here so that an expired claim is found without an index on state.
create table public.claims (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  connection_id uuid not null,
  campaign_id uuid not null,
  owner text not null,
  lease_until timestamptz not null,
  message_ids uuid[] not null,
  created_at timestamptz not null default now()
);
create index claims_lease on public.claims (lease_until);

-- How far a campaign's recipients have been claimed. They are numbered from 1 without gaps, so a claim moves this
-- one row and takes the numbers it passed: no index says "still to do", and none has to be cleaned up behind it.
create table public.campaign_heads (
  campaign_id uuid primary key,
  tenant_id uuid not null,
  -- The last claim took the positions after `claimed_from` up to `position`.
  claimed_from bigint not null default 0,
  position bigint not null default 0,
  foreign key (tenant_id, campaign_id) references public.campaigns (tenant_id, id) on delete cascade
) with (fillfactor = 20);

-- One row per recipient. Of the columns that change, only `retry` is in an index: it is true for a row that came
-- back (after a failure, or handed back), which is rare. Claims, marks, records and receipts are heap-only
-- updates; the fill factor leaves a page room for the next version of all its rows. No foreign keys: rows arrive
-- by set-based statements from rows of the same tenant, and `zaphub verify` checks what a key would.
create table public.messages (
  id uuid primary key default app.new_id(),
  tenant_id uuid not null,
  campaign_id uuid not null,
  contact_id uuid not null,
  connection_id uuid not null,
  position bigint not null,
  recipient text,
  state public.message_state not null default 'pending',
  -- True exactly while the state is pending.
  queued boolean not null default true,
  -- True for a queued row behind the campaign's head: claims find it by its index.
  retry boolean not null default false,
  attempts smallint not null default 0,
  -- Times it was handed to the provider, whatever became of it; `attempts` leaves out what was certainly not sent.
  requests smallint not null default 0,
  -- Times that an outcome of this row was lost; each may stand for one request that reached the provider.
  lost_outcomes smallint not null default 0,
  fence bigint,
  due_at timestamptz not null default now(),
  marked_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  -- Set for a row in 'unknown' once somebody or the policy has decided to leave it so.
  decided_at timestamptz,
  provider_message_id text,
  reason text,
  constraint messages_once unique (campaign_id, contact_id)
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.05);
create unique index messages_position on public.messages (campaign_id, position);
create index messages_retry on public.messages (connection_id, campaign_id, due_at, position) where retry;

-- Append-only: every attempt that is not a plain success, and late evidence for rows already decided.
create table public.message_attempts (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  message_id uuid not null,
  campaign_id uuid not null,
  fence bigint,
  outcome text not null,
  code text,
  detail text,
  created_at timestamptz not null default clock_timestamp()
);
create index message_attempts_message on public.message_attempts (message_id, id);

-- Outbox and events ------------------------------------------------------------------------------------

create table public.outbox (
  id bigint generated always as identity primary key,
  tenant_id uuid not null,
  job text not null,
  payload jsonb not null,
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);

-- Event ids are `epoch.offset` per tenant, so that a reader can tell a gap from silence.
create table public.event_heads (
  tenant_id uuid primary key,
  epoch bigint not null default (extract(epoch from clock_timestamp()))::bigint,
  last_offset bigint not null default 0
);

create table public.events (
  tenant_id uuid not null,
  event_offset bigint not null,
  topic text not null,
  type text not null,
  payload jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, event_offset)
);
create index events_age on public.events (created_at);

-- Appends one event and wakes the listeners when the transaction commits.
create function app.publish(p_tenant uuid, p_topic text, p_type text, p_payload jsonb) returns bigint
  language plpgsql volatile set search_path = ''
  as $$
declare
  v_offset bigint;
begin
  insert into public.event_heads as h (tenant_id, last_offset) values (p_tenant, 1)
    on conflict (tenant_id) do update set last_offset = h.last_offset + 1
    returning last_offset into v_offset;
  insert into public.events (tenant_id, event_offset, topic, type, payload)
    values (p_tenant, v_offset, p_topic, p_type, p_payload);
  perform pg_notify('zaphub_events', p_tenant::text || ' ' || v_offset::text);
  return v_offset;
end
$$;

-- Row-level security -----------------------------------------------------------------------------------

do $$
declare
  t text;
begin
  foreach t in array array[
    'contacts', 'contact_tags', 'imports', 'import_errors', 'import_matches', 'templates', 'connections', 'lanes',
    'campaigns', 'campaign_counters', 'campaign_heads', 'claims', 'messages', 'message_attempts', 'outbox', 'event_heads', 'events', 'members'
  ] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('create policy system_all on public.%I for all to zaphub_system using (true) with check (true)', t);
    execute format('revoke all on public.%I from public, anon, authenticated', t);
    execute format('grant select, insert, update, delete on public.%I to zaphub_api, zaphub_system', t);
    if t <> 'members' then
      execute format(
        'create policy tenant_all on public.%I for all to zaphub_api
           using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()))', t);
    end if;
  end loop;

  -- What a member may read directly through the Data API. Engine tables stay closed to them.
  foreach t in array array[
    'contacts', 'contact_tags', 'imports', 'import_errors', 'templates', 'connections', 'campaigns',
    'campaign_counters', 'messages', 'message_attempts', 'events', 'members'
  ] loop
    execute format('grant select on public.%I to authenticated', t);
    execute format(
      'create policy member_read on public.%I for select to authenticated
         using (tenant_id in (select app.my_tenant_ids()))', t);
  end loop;
end
$$;

-- A signed-in user sees their own memberships before any tenant is chosen.
create policy tenant_all on public.members for all to zaphub_api
  using (tenant_id = (select app.current_tenant()) or user_id = (select app.current_user_id()))
  with check (tenant_id = (select app.current_tenant()));

alter table public.tenants enable row level security;
alter table public.tenants force row level security;
revoke all on public.tenants from public, anon, authenticated;
grant select, update on public.tenants to zaphub_api;
grant select, insert, update, delete on public.tenants to zaphub_system;
grant select on public.tenants to authenticated;
create policy system_all on public.tenants for all to zaphub_system using (true) with check (true);
create policy tenant_self on public.tenants for all to zaphub_api
  using (
    id = (select app.current_tenant())
    or id in (select m.tenant_id from public.members m where m.user_id = (select app.current_user_id()))
  )
  with check (id = (select app.current_tenant()));
create policy member_read on public.tenants for select to authenticated
  using (id in (select app.my_tenant_ids()));

-- Setup ------------------------------------------------------------------------------------------------

-- Stores the hash (SHA-256) of a fresh setup token. Answers false when the installation has an owner.
create function app.set_setup_token(p_hash bytea) returns boolean
  language sql volatile security definer set search_path = ''
  as $$
    update app.installation set setup_token_hash = p_hash where claimed_at is null returning true
  $$;

create function app.is_claimed() returns boolean
  language sql stable security definer set search_path = ''
  as $$ select claimed_at is not null from app.installation $$;

create function app.is_setup_token(p_hash bytea) returns boolean
  language sql stable security definer set search_path = ''
  as $$ select claimed_at is null and setup_token_hash = p_hash from app.installation $$;

-- Makes a tenant with its owner and a simulator connection. Ids come back so that nothing has to be looked up.
create function app.create_tenant(
  p_user uuid, p_email text, p_name text, p_country text, p_locale text, p_timezone text
) returns uuid
  language plpgsql volatile security definer set search_path = ''
  as $$
declare
  v_tenant uuid;
  v_connection uuid;
begin
  insert into public.tenants (name, default_country, locale, timezone)
    values (p_name, p_country, p_locale, p_timezone) returning id into v_tenant;
  insert into public.members (tenant_id, user_id, role, email) values (v_tenant, p_user, 'owner', p_email);
  insert into public.connections (tenant_id, name, provider) values (v_tenant, 'Simulator', 'simulator')
    returning id into v_connection;
  insert into public.lanes (connection_id, tenant_id) values (v_connection, v_tenant);
  insert into public.event_heads (tenant_id) values (v_tenant);
  return v_tenant;
end
$$;

-- Uses up the setup token: the first owner and tenant, or null when the token is wrong or used.
create function app.claim_installation(
  p_hash bytea, p_user uuid, p_email text, p_name text, p_country text, p_locale text, p_timezone text
) returns uuid
  language plpgsql volatile security definer set search_path = ''
  as $$
declare
  v_tenant uuid;
begin
  update app.installation set claimed_at = now(), setup_token_hash = null
    where claimed_at is null and setup_token_hash = p_hash;
  if not found then
    return null;
  end if;
  v_tenant := app.create_tenant(p_user, p_email, p_name, p_country, p_locale, p_timezone);
  -- Plans are for the tenants that somebody hosts; whoever runs the installation is nobody's customer.
  update public.tenants set plan = 'enterprise' where id = v_tenant;
  return v_tenant;
end
$$;

-- Definer rights are those of the engine's role, not of whoever migrates: the least that works, and the same
-- on a server where the migrating role is not a superuser.
grant create on schema app to zaphub_system;
grant select, update on app.installation to zaphub_system;
alter function app.my_tenant_ids() owner to zaphub_system;
alter function app.set_setup_token(bytea) owner to zaphub_system;
alter function app.is_claimed() owner to zaphub_system;
alter function app.is_setup_token(bytea) owner to zaphub_system;
alter function app.create_tenant(uuid, text, text, text, text, text) owner to zaphub_system;
alter function app.claim_installation(bytea, uuid, text, text, text, text, text) owner to zaphub_system;
revoke create on schema app from zaphub_system;

revoke all on all functions in schema app from public;
grant execute on function app.current_tenant(), app.current_user_id(), app.new_id() to zaphub_api, zaphub_system, authenticated;
grant execute on function app.my_tenant_ids() to authenticated;
grant execute on function app.publish(uuid, text, text, jsonb) to zaphub_api, zaphub_system;
grant execute on function app.is_claimed(), app.is_setup_token(bytea),
  app.claim_installation(bytea, uuid, text, text, text, text, text) to zaphub_api;
grant execute on function app.set_setup_token(bytea), app.create_tenant(uuid, text, text, text, text, text) to zaphub_system;

-- The processes ask whether the database has every migration they know.
do $$
begin
  if to_regclass('app.migrations') is not null then
    grant select on app.migrations to zaphub_api, zaphub_system;
  end if;
end
$$;
