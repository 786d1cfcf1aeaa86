-- Tenants' own systems are told of what happens: where to, what is to be told, and how that went.

-- Endpoints --------------------------------------------------------------------------------------------

create table public.webhook_endpoints (
  tenant_id uuid not null,
  id uuid not null default app.new_id(),
  url text not null check (length(url) between 1 and 2000),
  description text not null default '' check (length(description) <= 200),
  -- Types of events, such as message.received.
  types text[] not null default '{}' check (cardinality(types) <= 50),
  enabled boolean not null default true,
  -- Why it is not: `user`, `gone` (it answered 410) or `failing` (nothing but failures for too long).
  disabled_cause text,
  disabled_at timestamptz,
  -- Failed attempts since the last good one, and since when.
  failures int not null default 0,
  failing_since timestamptz,
  -- While it fails it is asked once in a while only.
  rests_until timestamptz,
  last_success_at timestamptz,
  last_failure_at timestamptz,
  -- The caller's name for the request that made it: repeated, it makes no second one.
  request_key text,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  constraint webhook_endpoints_once unique (tenant_id, request_key)
);

-- What an endpoint's events are signed with. During a change there are two; the older one ends.
create table public.webhook_secrets (
  tenant_id uuid not null,
  endpoint_id uuid not null,
  name text not null,
  sealed bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  primary key (tenant_id, endpoint_id, name),
  foreign key (tenant_id, endpoint_id) references public.webhook_endpoints (tenant_id, id) on delete cascade
);

-- Facts ------------------------------------------------------------------------------------------------

-- What happened, written in the statement that made it happen, and only where some endpoint asks for it: one row for
-- many messages. A worker makes events of them and takes them away.
create table public.webhook_facts (
  tenant_id uuid not null,
  id bigint generated always as identity,
  type text not null,
  connection_id uuid,
  campaign_id uuid,
  -- The messages, contacts or whatever it is about.
  subject_ids uuid[] not null default '{}',
  details jsonb not null default '{}',
  happened_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000);

-- For what does not happen often; the ledger's own statements write their facts themselves.
create function app.note_webhook_fact(p_tenant uuid, p_type text, p_connection uuid, p_campaign uuid, p_subjects uuid[],
    p_details jsonb) returns void
  language plpgsql volatile set search_path = ''
  as $$
begin
  insert into public.webhook_facts (tenant_id, type, connection_id, campaign_id, subject_ids, details)
    select p_tenant, p_type, p_connection, p_campaign, p_subjects, p_details
    where exists (
      select from public.webhook_endpoints e where e.tenant_id = p_tenant and e.enabled and p_type = any (e.types));
  if found then
    perform pg_notify('zaphub_webhooks', '');
  end if;
end
$$;
revoke all on function app.note_webhook_fact(uuid, text, uuid, uuid, uuid[], jsonb) from public;
grant execute on function app.note_webhook_fact(uuid, text, uuid, uuid, uuid[], jsonb) to zaphub_api, zaphub_system;

-- A campaign's state changes a few times in its life, in many places: here none is forgotten.
create function app.note_campaign_fact() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform app.note_webhook_fact(new.tenant_id,
    case when new.status in ('preparing', 'running') then 'campaign.started' else 'campaign.' || new.status end,
    new.connection_id, new.id, array[new.id], jsonb_build_object('status', new.status, 'previous_status', old.status));
  return null;
end
$$;
create trigger campaigns_note_fact after update of status on public.campaigns for each row
  when (old.status is distinct from new.status and new.kind <> 'direct' and (
    new.status in ('paused', 'completed', 'cancelled', 'failed')
    or (old.status in ('draft', 'scheduled') and new.status in ('preparing', 'running'))))
  execute function app.note_campaign_fact();

create function app.note_connection_fact() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform app.note_webhook_fact(new.tenant_id, 'connection.state', new.id, null, array[new.id],
    jsonb_build_object('status', new.status, 'previous_status', old.status, 'hold_cause', new.hold_cause));
  return null;
end
$$;
create trigger connections_note_fact after update of status, hold_cause on public.connections for each row
  when (new.deleted_at is null
    and (old.status is distinct from new.status or old.hold_cause is distinct from new.hold_cause))
  execute function app.note_connection_fact();

create function app.note_opt_out_fact() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform app.note_webhook_fact(new.tenant_id, 'contact.opted_out', null, null, array[new.id], '{}');
  return null;
end
$$;
create trigger contacts_note_fact after update of opted_out_at on public.contacts for each row
  when (old.opted_out_at is null and new.opted_out_at is not null)
  execute function app.note_opt_out_fact();
revoke all on function app.note_campaign_fact(), app.note_connection_fact(), app.note_opt_out_fact() from public;

-- Events and deliveries ----------------------------------------------------------------------------------

-- What is told, as its bytes are signed and sent: the same at every attempt.
create table public.webhook_events (
  tenant_id uuid not null,
  id uuid not null default app.new_id(),
  type text not null,
  connection_id uuid,
  body text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
);
create index webhook_events_age on public.webhook_events (created_at);

-- One event for one endpoint.
create table public.webhook_deliveries (
  tenant_id uuid not null,
  id uuid not null default app.new_id(),
  endpoint_id uuid not null,
  event_id uuid not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  -- Asked for by somebody who tries the endpoint: it goes out although the endpoint is switched off.
  is_test boolean not null default false,
  -- Attempts of this round that have ended; somebody who sends it again begins a new round.
  attempts int not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  -- Whoever makes an attempt holds it until then, and writes down the outcome under this fence only.
  lease_until timestamptz,
  fence bigint not null default 0,
  -- Of the last attempt.
  status int,
  error_code text,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, endpoint_id) references public.webhook_endpoints (tenant_id, id) on delete cascade,
  foreign key (tenant_id, event_id) references public.webhook_events (tenant_id, id) on delete cascade
) with (fillfactor = 70);
create index webhook_deliveries_due on public.webhook_deliveries (tenant_id, endpoint_id, due_at)
  where state = 'pending';
create index webhook_deliveries_failed on public.webhook_deliveries (tenant_id, endpoint_id, created_at)
  where state = 'failed';
create index webhook_deliveries_log on public.webhook_deliveries (tenant_id, endpoint_id, id);
create index webhook_deliveries_event on public.webhook_deliveries (tenant_id, event_id);

-- Every request that was made, or begun: one without an end was cut off with its process.
create table public.webhook_attempts (
  tenant_id uuid not null,
  delivery_id uuid not null,
  -- The delivery's fence.
  fence bigint not null,
  started_at timestamptz not null default clock_timestamp(),
  duration_ms int,
  status int,
  error_code text,
  -- The first bytes of the answer.
  response text,
  primary key (tenant_id, delivery_id, fence),
  foreign key (tenant_id, delivery_id) references public.webhook_deliveries (tenant_id, id) on delete cascade
);

-- Row-level security -----------------------------------------------------------------------------------

do $$
declare
  t text;
begin
  foreach t in array array['webhook_endpoints', 'webhook_secrets', 'webhook_facts', 'webhook_events',
      'webhook_deliveries', 'webhook_attempts'] loop
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
