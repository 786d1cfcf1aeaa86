-- What networks tell us: why a message failed in their own words, webhooks that wait to be worked on, templates as a
-- network has them, and how much a number was asked to slow down.

-- Why ----------------------------------------------------------------------------------------------------

-- A line for every attempt that was not a plain success, now with what support asks for. A row in 'dlq' has one
-- whose `class` says what kind of trouble it is.
alter table public.message_attempts
  add column class text,
  -- What the answer meant beyond its own message.
  add column effect text,
  -- The network's own number for it, the HTTP status, and the id that its support asks for.
  add column provider_code bigint,
  add column http_status int,
  add column trace_id text;

-- Lanes --------------------------------------------------------------------------------------------------

-- Each step halves the lane's rate; a step is taken back for every minute without another request to slow down.
alter table public.lanes
  add column slow_steps smallint not null default 0 check (slow_steps between 0 and 6),
  add column slowed_at timestamptz,
  add column slow_cause text;

create function app.slow_steps_now(p_steps smallint, p_slowed_at timestamptz) returns int
  language sql stable parallel safe
  as $$
    select case when p_steps = 0 or p_slowed_at is null then 0
      else greatest(0, p_steps - floor(extract(epoch from clock_timestamp() - p_slowed_at) / 60)::int) end
  $$;
-- The share of its rate that a lane may use: by the number's health, and by what its network asked for.
create function app.pace_share(p_health01 numeric, p_steps smallint, p_slowed_at timestamptz) returns numeric
  language sql stable parallel safe
  as $$ select coalesce(p_health01, 1) * power(0.5, app.slow_steps_now(coalesce(p_steps, 0::smallint), p_slowed_at))::numeric $$;

revoke all on function app.slow_steps_now(smallint, timestamptz), app.pace_share(numeric, smallint, timestamptz) from public;
grant execute on function app.slow_steps_now(smallint, timestamptz), app.pace_share(numeric, smallint, timestamptz)
  to zaphub_api, zaphub_system;

-- Webhooks -----------------------------------------------------------------------------------------------

-- Bodies as they came, signed and not yet read. A row goes in the same transaction that carries out what it says; one
-- that cannot be read stays with the reason, and holds nobody up. No foreign key: thousands arrive in a second, each
-- for a connection that was looked up a moment before.
create table public.webhook_inbox (
  tenant_id uuid not null,
  connection_id uuid not null,
  -- `status`: receipts only. `receive`: anything.
  kind text not null default 'receive' check (kind in ('status', 'receive')),
  id bigint generated always as identity,
  -- The same for every copy of a body.
  digest bytea not null,
  body bytea not null,
  headers jsonb,
  received_at timestamptz not null default clock_timestamp(),
  -- Times that working on it failed, and when it may be tried again.
  attempts smallint not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  -- Set for a body that nothing can be done with: why, in a code and in detail.
  poison text,
  detail text,
  primary key (tenant_id, connection_id, kind, id),
  constraint webhook_inbox_once unique (tenant_id, connection_id, digest)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);
create index webhook_inbox_poison on public.webhook_inbox (received_at) where poison is not null;

-- Whose webhook an address takes, before anybody has shown who they are: nothing secret.
create function app.webhook_connection(p_id uuid) returns table (tenant_id uuid, provider text)
  language sql stable security definer set search_path = ''
  as $$
    select c.tenant_id, c.provider from public.connections c join public.tenants t on t.id = c.tenant_id
    where c.id = p_id and t.deleting_at is null
  $$;

-- Webhooks that wait: how many, and for how long; counted up to 10,000.
create function app.webhook_lag() returns table (waiting bigint, oldest_seconds double precision, poison bigint)
  language sql stable security definer set search_path = ''
  as $$
    select count(*) filter (where w.poison is null),
      coalesce(extract(epoch from clock_timestamp() - min(w.received_at) filter (where w.poison is null)), 0)::float8,
      count(*) filter (where w.poison is not null)
    from (select received_at, poison from public.webhook_inbox limit 10000) w
  $$;

grant create on schema app to zaphub_system;
alter function app.webhook_connection(uuid) owner to zaphub_system;
alter function app.webhook_lag() owner to zaphub_system;
revoke create on schema app from zaphub_system;
revoke all on function app.webhook_connection(uuid), app.webhook_lag() from public;
grant execute on function app.webhook_connection(uuid), app.webhook_lag() to zaphub_api, zaphub_system;

-- Whoever remembers what was set for a connection hears that it has changed, as of its credentials.
create function app.tell_settings() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform pg_notify('zaphub_credentials', coalesce(new.id, old.id)::text);
  return null;
end
$$;
create trigger connections_tell_settings after update of settings, provider or delete on public.connections
  for each row execute function app.tell_settings();
revoke all on function app.tell_settings() from public;

-- Templates of a network ---------------------------------------------------------------------------------

-- As the network has them; what it no longer lists is kept as long as a campaign may still name it.
create table public.network_templates (
  tenant_id uuid not null,
  connection_id uuid not null,
  network_id text not null,
  name text not null,
  language text not null,
  status text not null,
  category text not null,
  quality text,
  rejected_reason text,
  uses_names boolean not null default false,
  components jsonb not null default '[]',
  synced_at timestamptz not null default clock_timestamp(),
  changed_at timestamptz not null default clock_timestamp(),
  -- When it was no longer in the network's list.
  removed_at timestamptz,
  primary key (tenant_id, connection_id, network_id),
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);
create index network_templates_name on public.network_templates (tenant_id, connection_id, name, language);

-- When the list was last read, and why it could not be.
create table public.template_syncs (
  tenant_id uuid not null,
  connection_id uuid not null,
  asked_at timestamptz not null default clock_timestamp(),
  synced_at timestamptz,
  error_code text,
  error_detail text,
  primary key (tenant_id, connection_id),
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);

-- A campaign may send a template of the network: its name and language, and a text with variables for each place.
alter table public.campaigns
  add column network_template jsonb check (network_template is null or jsonb_typeof(network_template) = 'object');

-- Row-level security -------------------------------------------------------------------------------------

do $$
declare
  t text;
begin
  foreach t in array array['webhook_inbox', 'network_templates', 'template_syncs'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('revoke all on public.%I from public, anon, authenticated', t);
    execute format('grant select, insert, update, delete on public.%I to zaphub_api, zaphub_system', t);
    execute format('create policy system_all on public.%I for all to zaphub_system using (true) with check (true)', t);
    execute format(
      'create policy tenant_all on public.%I for all to zaphub_api
         using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()))', t);
  end loop;
end
$$;

grant select on public.network_templates, public.template_syncs to authenticated;
create policy member_read on public.network_templates for select to authenticated
  using (tenant_id in (select app.my_tenant_ids()));
create policy member_read on public.template_syncs for select to authenticated
  using (tenant_id in (select app.my_tenant_ids()));
