-- Which event streams are open, in which process: hints for operators, where there is no Redis to keep them. A row is
-- believed in for an hour after it was last kept.

create table public.event_streams (
  tenant_id uuid not null,
  -- The process's name and a number.
  id text not null,
  instance text not null,
  user_id uuid,
  connected_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (tenant_id, id)
);
create index event_streams_expiry on public.event_streams (expires_at);

alter table public.event_streams enable row level security;
alter table public.event_streams force row level security;
revoke all on public.event_streams from public, anon, authenticated;
grant select, insert, update, delete on public.event_streams to zaphub_api, zaphub_system;
create policy system_all on public.event_streams for all to zaphub_system using (true) with check (true);
create policy tenant_all on public.event_streams for all to zaphub_api
  using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()));

-- Numbers of all tenants together, by process.
create function app.stream_counts(p_now timestamptz) returns table (instance text, streams bigint, tenants bigint)
  language sql stable security definer set search_path = ''
  as $$
    select s.instance, count(*), count(distinct s.tenant_id) from public.event_streams s
    where s.expires_at > p_now group by s.instance
  $$;

-- What died processes have left behind.
create function app.delete_old_streams(p_now timestamptz) returns bigint
  language sql volatile security definer set search_path = ''
  as $$
    with gone as (delete from public.event_streams s where s.expires_at <= p_now returning 1)
    select count(*) from gone
  $$;

grant create on schema app to zaphub_system;
alter function app.stream_counts(timestamptz) owner to zaphub_system;
alter function app.delete_old_streams(timestamptz) owner to zaphub_system;
revoke create on schema app from zaphub_system;
revoke all on function app.stream_counts(timestamptz), app.delete_old_streams(timestamptz) from public;
grant execute on function app.stream_counts(timestamptz), app.delete_old_streams(timestamptz) to zaphub_api, zaphub_system;
