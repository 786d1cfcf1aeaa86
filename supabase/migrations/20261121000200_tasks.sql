-- Tasks: long work that somebody asked for (an export, a deletion, a recount). The row is the truth; the job in the
-- queue is what makes a worker look at it.

create table public.tasks (
  id uuid primary key default app.new_id(),
  -- The order in which they were asked for.
  seq bigint generated always as identity,
  tenant_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  -- What it is about, where there may be several of one name at a time; empty where there is one.
  subject text not null default '',
  state text not null default 'pending' check (state in ('pending', 'processing', 'completed', 'failed')),
  priority text not null default 'normal' check (priority in ('high', 'normal', 'low')),
  retries smallint not null default 2,
  attempts smallint not null default 0,
  context jsonb not null default '{}',
  progress_done bigint not null default 0,
  progress_total bigint,
  result jsonb,
  file_key text,
  error_code text,
  requested_by uuid,
  added_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  progress_at timestamptz not null default now(),
  constraint tasks_by_age unique (tenant_id, seq)
);
-- The same work is not done twice at a time.
create unique index tasks_one_open on public.tasks (tenant_id, name, subject) where state in ('pending', 'processing');
create index tasks_open on public.tasks (progress_at) where state in ('pending', 'processing');
create index tasks_finished on public.tasks (finished_at) where finished_at is not null;

alter table public.tasks enable row level security;
alter table public.tasks force row level security;
revoke all on public.tasks from public, anon, authenticated;
grant select, insert, update, delete on public.tasks to zaphub_api, zaphub_system;
create policy system_all on public.tasks for all to zaphub_system using (true) with check (true);
create policy tenant_all on public.tasks for all to zaphub_api
  using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()));

-- A tenant that is being deleted: from then on its members may only look.
alter table public.tenants add column deleting_at timestamptz;

-- What happened to the installation, kept when the tenant it is about has gone. Appended to, never changed.
create table app.system_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  event text not null,
  subject_id uuid,
  actor_id uuid,
  details jsonb not null default '{}'
);
revoke all on app.system_log from public;
grant select, insert on app.system_log to zaphub_system;

-- What operators may know of all tenants together: numbers.
create function app.task_counts() returns table (state text, priority text, count bigint)
  language sql stable security definer set search_path = ''
  as $$ select t.state, t.priority, count(*) from public.tasks t group by 1, 2 $$;

-- Jobs that are due and that no worker has handed to the queue; counted up to 10,000.
create function app.outbox_lag() returns table (waiting bigint, oldest_seconds double precision)
  language sql stable security definer set search_path = ''
  as $$
    select count(*), coalesce(extract(epoch from clock_timestamp() - min(o.due_at)), 0)::float8
    from (select due_at from public.outbox where due_at <= clock_timestamp() order by id limit 10000) o
  $$;

grant create on schema app to zaphub_system;
alter function app.task_counts() owner to zaphub_system;
alter function app.outbox_lag() owner to zaphub_system;
revoke create on schema app from zaphub_system;
revoke all on function app.task_counts(), app.outbox_lag() from public;
grant execute on function app.task_counts(), app.outbox_lag() to zaphub_api, zaphub_system;
