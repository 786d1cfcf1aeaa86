-- A claim does not wait for the disk, and neither does the count of claims: a server that crashes may count on from where
-- it was a moment ago, and give a fence out a second time, while a worker still holds the first claim. So the fence begins
-- with the millisecond, which has passed by then; the count tells the claims of one millisecond apart. It stays below 2^53
-- until the year 2248.
create function app.number_claim() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  new.id := (extract(epoch from clock_timestamp()) * 1000)::bigint * 1024 + new.id % 1024;
  return new;
end
$$;
revoke all on function app.number_claim() from public;
create trigger claims_number before insert on public.claims for each row execute function app.number_claim();
