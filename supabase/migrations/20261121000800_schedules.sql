-- Messages sent one by one, and keys by which a repeated request is known.

-- Direct messages --------------------------------------------------------------------------------------

-- A direct message is a row of the same ledger: each connection has one hidden campaign of kind `direct` that runs
-- for ever and is never frozen, so nothing completes it.
alter table public.campaigns
  add column kind text not null default 'campaign' check (kind in ('campaign', 'direct'));
create unique index campaigns_direct on public.campaigns (connection_id) where kind = 'direct';

-- Neither changes after the row was written. `ignores_opt_out` is for the one message that confirms an opt-out.
alter table public.messages
  add column direct boolean not null default false,
  add column ignores_opt_out boolean not null default false;

-- A person gets a campaign once, and any number of direct messages.
alter table public.messages drop constraint messages_once;
create unique index messages_once on public.messages (campaign_id, contact_id) where not direct;

-- What a direct message says; the text of a campaign is the campaign's.
create table public.message_contents (
  message_id uuid not null,
  tenant_id uuid not null,
  content jsonb not null check (jsonb_typeof(content) = 'object'),
  -- The network's id of the message that this one answers.
  reply_to text,
  is_test boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  created_by uuid,
  primary key (tenant_id, message_id)
);

-- Repeated requests ------------------------------------------------------------------------------------

-- A key is one caller's name for one request. While it is kept, the same request with the same key is answered like
-- the first time, and another request with it is refused.
create table public.idempotency_keys (
  tenant_id uuid not null,
  key text not null check (length(key) between 1 and 300),
  -- SHA-256 of what was asked.
  fingerprint bytea not null,
  -- What it made, where it was noted in the transaction that made it.
  subject_id uuid,
  -- The answer; without a status the request is still under way, until `busy_until`.
  status smallint,
  body text,
  busy_until timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null default clock_timestamp() + interval '24 hours',
  primary key (tenant_id, key)
);
create index idempotency_keys_expiry on public.idempotency_keys (expires_at);

do $$
declare
  t text;
begin
  foreach t in array array['message_contents', 'idempotency_keys'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('create policy system_all on public.%I for all to zaphub_system using (true) with check (true)', t);
    execute format('revoke all on public.%I from public, anon, authenticated', t);
    execute format('grant select, insert, update, delete on public.%I to zaphub_api, zaphub_system', t);
    execute format(
      'create policy tenant_all on public.%I for all to zaphub_api
         using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()))', t);
  end loop;
end
$$;

-- Schedules --------------------------------------------------------------------------------------------

alter table public.campaigns
  -- Whose clock says when: one zone for everybody, or each recipient's own.
  add column clock text not null default 'campaign' check (clock in ('campaign', 'recipient')),
  -- The start as it was asked for, on that clock.
  add column starts_at_local timestamp,
  -- Hours, weekdays and holidays in which it may send; null for always.
  add column hours jsonb check (jsonb_typeof(hours) = 'object'),
  -- The opening that is under way or comes next, by the campaign's own clock; null for always. Past `closes_at` nothing
  -- leaves until the next opening has been worked out.
  add column opens_at timestamptz,
  add column closes_at timestamptz,
  -- What to do when the start was missed by more than `late_after_s`.
  add column late_policy text not null default 'send' check (late_policy in ('send', 'skip', 'ask')),
  add column late_after_s integer not null default 3600 check (late_after_s between 0 and 2592000),
  -- Why a paused campaign waits for somebody's decision; null when somebody paused it.
  add column hold_cause text check (hold_cause in ('late', 'restored')),
  add column hold_since timestamptz;
create index campaigns_openings on public.campaigns (closes_at) where status = 'running' and closes_at is not null;

-- Only for campaigns on the recipients' clocks: the row's zone, and the end of the opening that due_at lies in.
alter table public.messages
  add column zone text,
  add column open_until timestamptz;

-- Is it time to send, by a campaign's opening?
create function app.is_open(p_opens timestamptz, p_closes timestamptz) returns boolean
  language sql stable parallel safe
  as $$ select p_opens is null or (clock_timestamp() >= p_opens and clock_timestamp() < p_closes) $$;
revoke all on function app.is_open(timestamptz, timestamptz) from public;
grant execute on function app.is_open(timestamptz, timestamptz) to zaphub_api, zaphub_system;

-- Days on which a tenant's campaigns with hours do not send.
create table public.holidays (
  tenant_id uuid not null,
  day date not null,
  name text not null check (length(name) between 1 and 120),
  primary key (tenant_id, day)
);

do $$
begin
  alter table public.holidays enable row level security;
  alter table public.holidays force row level security;
  create policy system_all on public.holidays for all to zaphub_system using (true) with check (true);
  revoke all on public.holidays from public, anon, authenticated;
  grant select, insert, update, delete on public.holidays to zaphub_api, zaphub_system;
  create policy tenant_all on public.holidays for all to zaphub_api
    using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()));
end
$$;

-- Installation fence -----------------------------------------------------------------------------------

-- A database that was restored from a copy must not send the past again. The beat is counted up for as long as a worker
-- runs, and the highest one is kept outside the database as well; the house is where this database lives.
alter table app.installation
  add column beat bigint not null default 0,
  add column house text,
  add column restored_at timestamptz;

-- Tells this database from a copy of it in another cluster or under another name.
create function app.current_house() returns text
  language plpgsql stable set search_path = ''
  as $$
declare
  v_cluster text;
begin
  begin
    select system_identifier::text into v_cluster from pg_catalog.pg_control_system();
  exception when insufficient_privilege then
    v_cluster := 'unknown';
  end;
  return v_cluster || ' ' || (select oid::text from pg_catalog.pg_database where datname = pg_catalog.current_database());
end
$$;
revoke all on function app.current_house() from public;
grant execute on function app.current_house() to zaphub_system;

-- Does this server know the zone? The processes' own list may be newer or older.
create function app.is_zone(p_zone text) returns boolean
  language plpgsql stable set search_path = ''
  as $$
begin
  perform pg_catalog.now() at time zone p_zone;
  return true;
exception when invalid_parameter_value then
  return false;
end
$$;
revoke all on function app.is_zone(text) from public;
grant execute on function app.is_zone(text) to zaphub_api, zaphub_system;
