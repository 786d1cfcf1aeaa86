-- Connections that log in: their states, who holds the session, what they must keep secret, and what has happened
-- to them. What opens a tenant's account at a provider is sealed by the processes (AES-256-GCM) before it comes
-- here, and closed to people who come through the Data API.

-- Connections ------------------------------------------------------------------------------------------

alter table public.connections
  drop constraint connections_status_check,
  add constraint connections_status_check check (status in (
    'created', 'connecting', 'qr', 'pairing_code', 'connected', 'degraded', 'reconnecting', 'logged_out', 'banned', 'stopped')),
  -- Why it is in this state, as a stable code; null where the state says it all.
  add column status_cause text,
  -- The network's own word for it, for support.
  add column status_detail text,
  add column status_at timestamptz not null default clock_timestamp(),
  -- The number and the name that the network gave when it connected.
  add column phone text,
  add column profile_name text,
  -- Sending on this number is stopped, whatever its state: why, and until when (null: until somebody releases it).
  add column hold_cause text,
  add column hold_detail text,
  add column hold_until timestamptz,
  -- Who accepted the warning about WhatsApp's terms, for providers that need it.
  add column terms_accepted_at timestamptz,
  add column terms_accepted_by uuid,
  -- Kept for the reports of what it has sent; gone for everybody else.
  add column deleted_at timestamptz;

-- What a tenant set for a connection is not for people who come with their own token.
revoke select on public.connections from authenticated;
grant select (
  id, tenant_id, name, provider, status, status_cause, status_at, phone, profile_name, hold_cause, hold_until,
  rate_per_second, created_at, deleted_at
) on public.connections to authenticated;

-- Sessions ---------------------------------------------------------------------------------------------

-- One row for each connection that must be logged in. Its owner is one worker, held by a lease in database time;
-- each taking raises the fence, which every later write of that owner demands.
create table public.connection_sessions (
  connection_id uuid primary key,
  tenant_id uuid not null,
  -- `socket`: only the owner can send. `gateway`: any worker can.
  place text not null default 'socket' check (place in ('socket', 'gateway')),
  -- What its people want: that it is open.
  wanted boolean not null default false,
  -- Counts every change of what they want, so that an owner that missed two of them notices.
  generation bigint not null default 0,
  close_reason text,
  -- Pair by a code typed into the phone with this number instead of a QR.
  pairing_phone text,
  owner text,
  fence bigint not null default 0,
  lease_until timestamptz,
  -- Openings in a row that came to nothing, and when the next may be.
  attempts int not null default 0,
  next_attempt_at timestamptz,
  connected_at timestamptz,
  -- The last answer to a round trip, how long it took, and questions without an answer since.
  answered_at timestamptz,
  ping_ms double precision,
  missed_pings int not null default 0,
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
) with (fillfactor = 50);
create index connection_sessions_wanted on public.connection_sessions (connection_id) where wanted;

-- What a session must not lose, sealed; written in transactions that demand the owner's fence.
create table public.session_keys (
  tenant_id uuid not null,
  connection_id uuid not null,
  name text not null,
  sealed bytea not null,
  primary key (connection_id, name),
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);

-- The one code that can be scanned or typed now. Sealed, and gone when it has expired: the event log, which is kept
-- longer than a code lives, says only that there is a new one.
create table public.connection_codes (
  connection_id uuid primary key,
  tenant_id uuid not null,
  kind text not null default 'qr' check (kind in ('qr', 'pairing_code')),
  sealed bytea not null,
  expires_at timestamptz not null,
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);

-- Credentials ------------------------------------------------------------------------------------------

-- Tokens, app secrets, a proxy's password: sealed, one row each.
create table public.connection_credentials (
  tenant_id uuid not null,
  connection_id uuid not null,
  name text not null,
  sealed bytea not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (connection_id, name),
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);

-- Whoever remembers a connection's credentials hears that they have changed.
create function app.tell_credentials() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform pg_notify('zaphub_credentials', coalesce(new.connection_id, old.connection_id)::text);
  return null;
end
$$;
create trigger connection_credentials_tell after insert or update or delete on public.connection_credentials
  for each row execute function app.tell_credentials();
revoke all on function app.tell_credentials() from public;

-- History ----------------------------------------------------------------------------------------------

-- What happened to a connection, for its people and for support. Appended to; old rows are deleted.
create table public.connection_events (
  id uuid not null default app.new_id(),
  tenant_id uuid not null,
  connection_id uuid not null,
  type text not null,
  status text,
  cause text,
  detail text,
  -- The person who asked for it; null when nobody did.
  actor_id uuid,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, connection_id, id),
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);
create index connection_events_age on public.connection_events (created_at);

-- Row-level security -----------------------------------------------------------------------------------

do $$
declare
  t text;
begin
  foreach t in array array[
    'connection_sessions', 'session_keys', 'connection_codes', 'connection_credentials', 'connection_events'
  ] loop
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
