-- Whoever remembers a tenant hears of every change of it, not of its plan alone.

drop trigger tenants_tell_plan on public.tenants;
drop function app.tell_plan();

create function app.tell_tenant() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  perform pg_notify('zaphub_tenants', coalesce(new.id, old.id)::text);
  return null;
end
$$;
revoke all on function app.tell_tenant() from public;
create trigger tenants_tell after update or delete on public.tenants
  for each row execute function app.tell_tenant();
