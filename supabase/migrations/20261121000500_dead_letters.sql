-- What people did, messages that came to nothing, the workers that are alive, and a role that reaches the queues and
-- nothing else.

-- Audit ------------------------------------------------------------------------------------------------

-- Who did what. Appended to and never changed: the grants say so. Rows leave with their tenant only.
create table public.audit_log (
  tenant_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null default clock_timestamp(),
  actor_kind text not null,
  -- The user, where it was one.
  actor_id uuid,
  -- `noun.verb`, such as dead_letters.redrive.
  action text not null check (length(action) between 1 and 100),
  -- What it was done to: a kind and an id, or a name.
  subject text not null default '' check (length(subject) <= 300),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  primary key (tenant_id, id)
);

-- Dead letters -----------------------------------------------------------------------------------------

-- The messages that came to nothing (`failed`, `dlq`), so that finding them costs as much as there are of them and
-- not as much as was sent. The ledger says what state a message is in; a row here says where to look.
create table public.dead_letters (
  tenant_id uuid not null,
  message_id uuid not null,
  campaign_id uuid not null,
  connection_id uuid not null,
  -- Why, in our words and in the network's number.
  code text not null,
  class text not null,
  provider_code bigint,
  died_at timestamptz not null default clock_timestamp(),
  -- Somebody looked at it and left it so.
  discarded_at timestamptz,
  discarded_by uuid,
  primary key (tenant_id, message_id)
);
create index dead_letters_cause on public.dead_letters (tenant_id, campaign_id, connection_id, code, message_id)
  include (class, provider_code, died_at) where discarded_at is null;

-- Every way to such an end, and every way back from it, leaves a line in message_attempts, in the same statement that
-- moves the row. So the hot path pays nothing: a plain success has no such line. (A trigger on messages cost a fifth
-- of every update.)
-- A transition table has no statistics: left alone, the planner would read the whole ledger for a few rows.
create function app.note_dead_letters() returns trigger
  language plpgsql volatile set search_path = ''
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  as $$
begin
  insert into public.dead_letters (tenant_id, message_id, campaign_id, connection_id, code, class, provider_code)
    select distinct on (m.id) m.tenant_id, m.id, m.campaign_id, m.connection_id,
      coalesce(m.reason, a.code, 'rejected'), coalesce(a.class, 'rejected'), a.provider_code
    from added a join public.messages m on m.id = a.message_id and m.tenant_id = a.tenant_id
    -- What is only tried again has no class: a batch of it costs nothing here.
    where (a.class is not null or a.outcome in ('refused', 'receipt_failed')) and m.state in ('failed', 'dlq')
    order by m.id, a.id desc
    on conflict (tenant_id, message_id) do nothing;
  delete from public.dead_letters d using added a, public.messages m
    where (a.outcome in ('sent', 'redriven') or a.outcome like 'receipt%') and d.tenant_id = a.tenant_id and d.message_id = a.message_id
      and m.id = a.message_id and m.state not in ('failed', 'dlq');
  return null;
end
$$;
revoke all on function app.note_dead_letters() from public;
create trigger message_attempts_dead_letters after insert on public.message_attempts
  referencing new table as added for each statement execute function app.note_dead_letters();

insert into public.dead_letters (tenant_id, message_id, campaign_id, connection_id, code, class, died_at)
  select tenant_id, id, campaign_id, connection_id, coalesce(reason, 'rejected'), 'rejected',
    coalesce(sent_at, marked_at, due_at)
  from public.messages where state in ('failed', 'dlq');

-- Workers ----------------------------------------------------------------------------------------------

-- Who is alive: a worker writes its line every few seconds and takes it away when it ends in good order.
create table app.workers (
  owner text primary key,
  roles text[] not null,
  version text not null,
  backend text not null,
  started_at timestamptz not null default clock_timestamp(),
  heartbeat_at timestamptz not null default clock_timestamp(),
  -- Jobs that run now and places for them; other numbers of the process.
  numbers jsonb not null default '{}'
);
revoke all on app.workers from public;
grant select, insert, update, delete on app.workers to zaphub_system;
grant select on app.workers to zaphub_api;

-- Queues -----------------------------------------------------------------------------------------------

-- Operators look into the queues through the api, whose own role may not: this one reaches BullMQ's tables and
-- nothing of any tenant.
do $$
begin
  if not exists (select from pg_roles where rolname = 'zaphub_queues') then
    create role zaphub_queues nologin nosuperuser nobypassrls;
  end if;
end
$$;
grant usage on schema bullmq to zaphub_queues;
grant select, insert, update, delete on all tables in schema bullmq to zaphub_queues;
grant usage, select on all sequences in schema bullmq to zaphub_queues;
-- BullMQ's tables are made by the first worker that starts, as the engine's role.
alter default privileges for role zaphub_system in schema bullmq
  grant select, insert, update, delete on tables to zaphub_queues;
alter default privileges for role zaphub_system in schema bullmq grant usage, select on sequences to zaphub_queues;

-- Row-level security -----------------------------------------------------------------------------------

do $$
declare
  t text;
begin
  foreach t in array array['audit_log', 'dead_letters'] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('revoke all on public.%I from public, anon, authenticated', t);
    execute format('create policy system_all on public.%I for all to zaphub_system using (true) with check (true)', t);
    execute format(
      'create policy tenant_all on public.%I for all to zaphub_api
         using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()))', t);
  end loop;
end
$$;
grant select, insert, update, delete on public.dead_letters to zaphub_api, zaphub_system;
grant select, insert on public.audit_log to zaphub_api;
-- To delete a tenant's rows with the tenant.
grant select, insert, delete on public.audit_log to zaphub_system;
