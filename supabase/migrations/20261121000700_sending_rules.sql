-- How fast, how much and from which number: rates, daily caps and warm-up, a cap for each contact, the health of
-- numbers, pools of senders, and why a campaign stands still.

-- Limits -----------------------------------------------------------------------------------------------

alter table public.tenants
  -- All numbers of the tenant together.
  add column rate_per_second numeric check (rate_per_second > 0),
  -- One contact gets so many campaign messages in so many days at most, over all campaigns; null for no cap.
  add column frequency_cap integer check (frequency_cap > 0),
  add column frequency_days integer not null default 7 check (frequency_days between 1 and 90),
  -- Whoever is over the cap is left out, or waits until the cap allows it.
  add column frequency_policy text not null default 'skip' check (frequency_policy in ('skip', 'wait')),
  add column frequency_set_at timestamptz,
  add column rate_set_at timestamptz;

alter table public.connections
  -- How far a send may lie from its even place, as a share of the interval; null for the provider's default.
  add column jitter01 numeric check (jitter01 between 0 and 0.9),
  add column daily_cap integer check (daily_cap > 0),
  -- The number's own zone, in which its day begins; null for the tenant's.
  add column timezone text,
  -- A warm-up plan: the cap of its first day, of its second, and so on; over after the last one.
  add column warm_up integer[] check (cardinality(warm_up) between 1 and 365 and 0 < all (warm_up)),
  add column warm_up_from date,
  -- Sends without any answer within a week that the number may have at most.
  add column unanswered_limit integer check (unanswered_limit > 0),
  add column rate_set_at timestamptz;

alter table public.campaigns
  add column rate_set_at timestamptz,
  -- Sent by the numbers of this pool; `connection_id` is then only the one it was made with.
  add column pool_id uuid,
  -- Why a running campaign makes no progress, kept up to date by the reconciler; null while it goes on.
  add column stall_cause text,
  add column stall_detail text,
  add column stall_since timestamptz,
  add column stall_until timestamptz;
-- A campaign of a pool has retries in the lines of several numbers.
drop index public.messages_retry;
create index messages_retry on public.messages (campaign_id, connection_id, due_at, position) where retry;
create index campaigns_pool on public.campaigns (pool_id) where pool_id is not null and status = 'running';

-- Can this connection send now, whatever its lane is doing?
create function app.can_send(p_status text, p_hold_cause text, p_hold_until timestamptz) returns boolean
  language sql stable parallel safe
  as $$ select p_status in ('connected', 'degraded') and coalesce(p_hold_cause is null or p_hold_until <= statement_timestamp(), false) $$;

-- Why the lane waits until next_send_at.
alter table public.lanes add column wait_cause text;

-- Whoever checks what was sent against the limits needs to know since when they hold.
create function app.note_limits() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  new.rate_set_at := clock_timestamp();
  return new;
end
$$;
create function app.note_frequency() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  new.frequency_set_at := clock_timestamp();
  return new;
end
$$;
create trigger tenants_note_rate before update of rate_per_second on public.tenants
  for each row when (old.rate_per_second is distinct from new.rate_per_second) execute function app.note_limits();
create trigger tenants_note_frequency before update of frequency_cap, frequency_days on public.tenants
  for each row when ((old.frequency_cap, old.frequency_days) is distinct from (new.frequency_cap, new.frequency_days))
  execute function app.note_frequency();
create trigger connections_note_rate before update of rate_per_second on public.connections
  for each row when (old.rate_per_second is distinct from new.rate_per_second) execute function app.note_limits();
create trigger campaigns_note_rate before update of rate_per_second on public.campaigns
  for each row when (old.rate_per_second is distinct from new.rate_per_second) execute function app.note_limits();

-- A lane that sleeps because of a limit or a hold is woken when that changes, whoever changes it.
create function app.wake_lane(p_tenant uuid, p_connection uuid) returns void
  language sql volatile set search_path = ''
  as $$
    update public.lanes set next_send_at = null, wait_cause = null
    where connection_id = p_connection and coalesce(wait_cause, '') not in ('network_away', 'network_wait');
    insert into public.outbox (tenant_id, job, payload)
    values (p_tenant, 'message.send', jsonb_build_object('tenantId', p_tenant, 'connectionId', p_connection));
    select pg_notify('zaphub_outbox', '');
  $$;
create function app.wake_by_connection() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform app.wake_lane(new.tenant_id, new.id)
  where exists (select from public.campaigns c where c.connection_id = new.id and c.status = 'running')
    or exists (select from public.sender_pool_members p join public.campaigns c on c.pool_id = p.pool_id
      where p.connection_id = new.id and c.status = 'running');
  return null;
end
$$;
create function app.wake_by_campaign() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  if new.status <> 'running' then
    return null;
  end if;
  if new.pool_id is null then
    perform app.wake_lane(new.tenant_id, new.connection_id);
  else
    perform app.wake_lane(new.tenant_id, p.connection_id) from public.sender_pool_members p
    where p.tenant_id = new.tenant_id and p.pool_id = new.pool_id;
  end if;
  return null;
end
$$;
create function app.wake_by_tenant() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform app.wake_lane(new.id, s.id) from public.connections s where s.tenant_id = new.id and (
    exists (select from public.campaigns c where c.connection_id = s.id and c.status = 'running')
    or exists (select from public.sender_pool_members p join public.campaigns c on c.pool_id = p.pool_id
      where p.connection_id = s.id and c.status = 'running'));
  return null;
end
$$;
create trigger connections_wake
  after update of status, hold_cause, hold_until, rate_per_second, jitter01, daily_cap, timezone, warm_up, warm_up_from on public.connections
  for each row when (app.can_send(new.status, new.hold_cause, new.hold_until) and
    (old.status, old.hold_cause, old.hold_until, old.rate_per_second, old.daily_cap, old.timezone, old.warm_up, old.warm_up_from)
    is distinct from (new.status, new.hold_cause, new.hold_until, new.rate_per_second, new.daily_cap, new.timezone, new.warm_up, new.warm_up_from))
  execute function app.wake_by_connection();
create trigger campaigns_wake after update of rate_per_second, status, pool_id on public.campaigns
  for each row when (new.status = 'running' and (old.rate_per_second is distinct from new.rate_per_second
    or (new.pool_id is not null and (old.status, old.pool_id) is distinct from (new.status, new.pool_id))))
  execute function app.wake_by_campaign();
create trigger tenants_wake after update of rate_per_second on public.tenants
  for each row when (old.rate_per_second is distinct from new.rate_per_second) execute function app.wake_by_tenant();
revoke all on function app.note_limits(), app.note_frequency(), app.wake_by_connection(), app.wake_by_campaign(),
  app.wake_by_tenant() from public;
revoke all on function app.wake_lane(uuid, uuid) from public;
grant execute on function app.wake_lane(uuid, uuid) to zaphub_api, zaphub_system;

-- The last slots given out for a connection, a campaign or a tenant with a rate: `units` sends from `last_at` on. The
-- next slot begins units / rate later, by the rate of that moment, so that a changed rate counts at once.
create table public.paces (
  tenant_id uuid not null,
  subject_id uuid not null,
  last_at timestamptz not null,
  units integer not null default 0,
  primary key (tenant_id, subject_id)
) with (fillfactor = 20);

-- What a number with a cap has sent on a day of its zone, and the highest cap that held on it.
create table public.connection_days (
  tenant_id uuid not null,
  connection_id uuid not null,
  day date not null,
  sent integer not null default 0,
  cap integer not null,
  primary key (tenant_id, connection_id, day)
) with (fillfactor = 50);

-- How many campaign messages a contact was sent on a day of the tenant's zone. Kept for tenants with a cap only.
create table public.contact_sends (
  tenant_id uuid not null,
  contact_id uuid not null,
  day date not null,
  sent integer not null default 1,
  primary key (tenant_id, contact_id, day)
);

-- Messages a second that a connection may send. Numbers behind a phone have a default; a slowed one that has no
-- limit of its own is slowed from 80.
create function app.connection_rate(p_provider text, p_rate numeric, p_share01 numeric) returns float8
  language sql immutable parallel safe
  as $$
    select case when p_share01 < 1 then coalesce(p_rate, case when p_provider in ('wuzapi', 'baileys') then 80.0 / 60 else 80 end) * p_share01
      else coalesce(p_rate, case when p_provider in ('wuzapi', 'baileys') then 80.0 / 60 end) end::float8
  $$;

-- How many messages a number may send on a day of its zone; null for any number.
create function app.day_cap(p_daily_cap integer, p_warm_up integer[], p_warm_up_from date, p_day date) returns integer
  language sql immutable parallel safe
  as $$ select least(p_daily_cap, case when p_warm_up_from is not null then p_warm_up[greatest(1, p_day - p_warm_up_from + 1)] end) $$;

-- Health -----------------------------------------------------------------------------------------------

-- What happened to a number's messages, in steps of ten minutes.
create table public.number_counts (
  tenant_id uuid not null,
  connection_id uuid not null,
  slot timestamptz not null,
  sent integer not null default 0,
  failed integer not null default 0,
  -- Failures by which the network or the person says that they do not want more of this.
  blocked integer not null default 0,
  replied integer not null default 0,
  primary key (tenant_id, connection_id, slot)
) with (fillfactor = 50);
create index number_counts_age on public.number_counts (slot);

-- What the counts say. `pace_share01`: the number goes at this share of its rate.
create table public.number_health (
  connection_id uuid primary key,
  tenant_id uuid not null,
  state text not null default 'good' check (state in ('good', 'slowed', 'stopped')),
  score integer not null default 100 check (score between 0 and 100),
  cause text,
  pace_share01 numeric not null default 1 check (pace_share01 > 0 and pace_share01 <= 1),
  since timestamptz not null default clock_timestamp(),
  judged_at timestamptz not null default clock_timestamp(),
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);

-- Answers of people, as they are stored: one for each person and ten minutes.
create function app.count_replies() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  insert into public.number_counts as n (tenant_id, connection_id, slot, replied)
  select c.tenant_id, c.connection_id, date_bin('10 minutes', clock_timestamp(), '2000-01-01'), count(distinct c.contact_id)
  from added c where c.direction = 'in' group by 1, 2, 3 order by 2
  on conflict (tenant_id, connection_id, slot) do update set replied = n.replied + excluded.replied;
  return null;
end
$$;
revoke all on function app.count_replies() from public;
create trigger conversation_messages_count after insert on public.conversation_messages
  referencing new table as added for each statement execute function app.count_replies();

-- Pools ------------------------------------------------------------------------------------------------

create table public.sender_pools (
  id uuid not null default app.new_id(),
  tenant_id uuid not null,
  name text not null check (length(name) between 1 and 120),
  -- A contact is written to by the number that last wrote to them, as long as it can.
  sticky boolean not null default true,
  -- So long after a number has stopped, others take over what waits for it. Seconds.
  failover_after_s integer not null default 60 check (failover_after_s between 0 and 604800),
  created_at timestamptz not null default clock_timestamp(),
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create unique index sender_pools_name on public.sender_pools (tenant_id, lower(name)) where deleted_at is null;

create table public.sender_pool_members (
  tenant_id uuid not null,
  pool_id uuid not null,
  connection_id uuid not null,
  weight integer not null default 1 check (weight between 1 and 100),
  -- Since when it cannot send; kept by the reconciler.
  stopped_at timestamptz,
  primary key (tenant_id, pool_id, connection_id),
  foreign key (tenant_id, pool_id) references public.sender_pools (tenant_id, id) on delete cascade,
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade
);
create index sender_pool_members_connection on public.sender_pool_members (connection_id);

-- How much of a campaign each number of its pool has taken, in its own weight: who has the least is next.
create table public.pool_turns (
  tenant_id uuid not null,
  campaign_id uuid not null,
  connection_id uuid not null,
  pass double precision not null default 0,
  taken_at timestamptz not null default clock_timestamp(),
  primary key (campaign_id, connection_id),
  foreign key (tenant_id, campaign_id) references public.campaigns (tenant_id, id) on delete cascade
) with (fillfactor = 30);

-- The number that last wrote to a contact, of those that are in pools.
create table public.contact_senders (
  tenant_id uuid not null,
  contact_id uuid not null,
  connection_id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, contact_id)
) with (fillfactor = 70);

-- Row-level security -----------------------------------------------------------------------------------

do $$
declare
  t text;
begin
  foreach t in array array[
    'paces', 'connection_days', 'contact_sends', 'number_counts', 'number_health', 'sender_pools',
    'sender_pool_members', 'pool_turns', 'contact_senders'
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

revoke all on function app.connection_rate(text, numeric, numeric), app.day_cap(integer, integer[], date, date),
  app.can_send(text, text, timestamptz) from public;
grant execute on function app.connection_rate(text, numeric, numeric), app.day_cap(integer, integer[], date, date),
  app.can_send(text, text, timestamptz) to zaphub_api, zaphub_system;
