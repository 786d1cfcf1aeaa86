-- Who opted out, by id: marks look there for the contacts of a batch, which as a rule finds nothing. Without the tenant,
-- so that no statement takes another index for it; ids are good for the whole installation.
create index contacts_opted_out on public.contacts (id) where opted_out_at is not null;
