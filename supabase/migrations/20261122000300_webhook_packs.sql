-- Statuses that arrive together are one row: a number at its ceiling brings 4,000 a second, and a row of its own for each
-- costs ten times what is in it. A kind of its own, so that a worker of the version before leaves them alone.

alter table public.webhook_inbox
  -- Bytes of each body in a pack, in their order; null: the row is one body.
  add column lengths int[],
  drop constraint webhook_inbox_kind_check,
  -- `statuses`: a pack of bodies of the kind `status`.
  add constraint webhook_inbox_kind_check check (kind in ('status', 'statuses', 'receive')),
  add constraint webhook_inbox_packs check ((kind = 'statuses') = (lengths is not null)),
  set (toast.autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_threshold = 5000);
-- They are there for a second: packing them tighter is not worth the time.
alter table public.webhook_inbox alter column body set storage external;

create or replace function app.webhook_lag() returns table (waiting bigint, oldest_seconds double precision, poison bigint)
  language sql stable security definer set search_path = ''
  as $$
    select coalesce(sum(coalesce(cardinality(w.lengths), 1)) filter (where w.poison is null), 0),
      coalesce(extract(epoch from clock_timestamp() - min(w.received_at) filter (where w.poison is null)), 0)::float8,
      count(*) filter (where w.poison is not null)
    from (select received_at, poison, lengths from public.webhook_inbox limit 10000) w
  $$;
