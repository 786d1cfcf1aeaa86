-- People: by which names a contact is known, which contacts turned out to be one, what they write to us, and the proof
-- of what they said about being written to.

-- Contacts ---------------------------------------------------------------------------------------------

alter table public.contacts
  -- The form of the number that the network knows, where it is not `phone`: Brazil's may lack the ninth digit.
  add column reached_as text collate "C",
  -- Another contact that this one has become part of. The row stays, so that the ledger keeps saying whom it was
  -- sent to and a merge can be undone; nobody is shown it. Never points to a contact that is merged itself.
  add column merged_into uuid;
create index contacts_merged on public.contacts (tenant_id, merged_into) where merged_into is not null;

-- Other names of a contact, beside its phone. `bsuid` is good for the connection that heard it, since a network gives
-- each business its own; the others are the same for everybody and have the connection of zeros. A username says who
-- somebody is to people: it may pass to somebody else, so nobody is found by it.
create table public.contact_identities (
  tenant_id uuid not null,
  kind text not null check (kind in ('phone', 'bsuid', 'lid', 'username')),
  value text collate "C" not null check (length(value) between 1 and 200),
  connection_id uuid not null default '00000000-0000-0000-0000-000000000000',
  contact_id uuid not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, kind, value, connection_id),
  foreign key (tenant_id, contact_id) references public.contacts (tenant_id, id) on delete cascade
);
create index contact_identities_contact on public.contact_identities (tenant_id, contact_id);

-- Two contacts that became one. `before` is what an undo puts back.
create table public.contact_merges (
  id uuid not null default app.new_id(),
  tenant_id uuid not null,
  kept_id uuid not null,
  merged_id uuid not null,
  -- `manual`: somebody said so. `network`: a network gave both names for one person.
  cause text not null default 'manual' check (cause in ('manual', 'network')),
  before jsonb not null default '{}',
  merged_by uuid,
  merged_at timestamptz not null default clock_timestamp(),
  undone_by uuid,
  undone_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, kept_id) references public.contacts (tenant_id, id) on delete cascade,
  foreign key (tenant_id, merged_id) references public.contacts (tenant_id, id) on delete cascade
);
create index contact_merges_kept on public.contact_merges (tenant_id, kept_id);
create index contact_merges_merged on public.contact_merges (tenant_id, merged_id);

-- Opt-out ----------------------------------------------------------------------------------------------

-- Whether a contact may be written to follows from the newest line about it here. Lines are added and never changed.
create table public.opt_out_proofs (
  id uuid not null default app.new_id(),
  tenant_id uuid not null,
  contact_id uuid not null,
  action text not null default 'opt_out' check (action in ('opt_out', 'opt_in')),
  -- keyword, preference, manual, csv, merge, …: where it comes from.
  source text not null check (length(source) between 1 and 120),
  -- What was said, or which file or person says so.
  evidence text check (length(evidence) <= 2000),
  -- The connection that it came in by, and the network's key of it: one line each.
  connection_id uuid,
  key text,
  -- The user who did it; null for the contact itself and for the product.
  actor_id uuid,
  -- When the contact said it; may be long before we knew.
  occurred_at timestamptz not null default clock_timestamp(),
  recorded_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id)
);
create unique index opt_out_proofs_once on public.opt_out_proofs (tenant_id, connection_id, key) where key is not null;
create index opt_out_proofs_contact on public.opt_out_proofs (tenant_id, contact_id, occurred_at);

-- Lines go with their tenant, which the engine deletes, and in no other way.
create function app.refuse_change() returns trigger
  language plpgsql volatile set search_path = ''
  as $$
begin
  if tg_op = 'DELETE' and current_user = 'zaphub_system' then
    return old;
  end if;
  raise exception 'lines of % are added and never changed', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
revoke all on function app.refuse_change() from public;
create trigger opt_out_proofs_append_only before update or delete on public.opt_out_proofs
  for each row execute function app.refuse_change();

-- What a tenant adds to the words that everybody knows, and what is answered; null answers nothing.
create table public.opt_out_settings (
  tenant_id uuid primary key,
  stop_words text[] not null default '{}',
  start_words text[] not null default '{}',
  stop_reply text check (length(stop_reply) between 1 and 1000),
  start_reply text check (length(start_reply) between 1 and 1000),
  updated_at timestamptz not null default clock_timestamp()
);

-- Conversations ----------------------------------------------------------------------------------------

-- What one contact and one connection write to each other.
create table public.conversations (
  id uuid not null default app.new_id(),
  tenant_id uuid not null,
  contact_id uuid not null,
  connection_id uuid not null,
  unread integer not null default 0 check (unread >= 0),
  read_until timestamptz,
  -- The newest message, by the network's time.
  last_at timestamptz not null default clock_timestamp(),
  last_direction text not null default 'in' check (last_direction in ('in', 'out')),
  last_kind text not null default 'text',
  last_text text,
  last_inbound_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  constraint conversations_once unique (tenant_id, connection_id, contact_id),
  foreign key (tenant_id, connection_id) references public.connections (tenant_id, id) on delete cascade,
  foreign key (tenant_id, contact_id) references public.contacts (tenant_id, id) on delete cascade
);
create index conversations_recent on public.conversations (tenant_id, last_at, id);
create index conversations_unread on public.conversations (tenant_id, last_at, id) where unread > 0;
create index conversations_contact on public.conversations (tenant_id, contact_id);

create table public.conversation_messages (
  id uuid not null default app.new_id(),
  tenant_id uuid not null,
  conversation_id uuid not null,
  connection_id uuid not null,
  -- Whose address it came from or went to: stays when that contact is merged into another.
  contact_id uuid not null,
  direction text not null default 'in' check (direction in ('in', 'out')),
  -- The network's key of an inbound message: stored once, however often it comes.
  key text,
  provider_message_id text,
  kind text not null,
  content jsonb not null default '{}',
  occurred_at timestamptz not null default clock_timestamp(),
  received_at timestamptz not null default clock_timestamp(),
  -- The network's id of the message that this one answers.
  answers text,
  -- Of an inbound message: the campaign message that it answers; inferred when the network did not say which.
  -- Of an outbound one: its row in the ledger.
  message_id uuid,
  campaign_id uuid,
  is_inferred boolean not null default false,
  sent_by uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, conversation_id) references public.conversations (tenant_id, id) on delete cascade
);
create unique index conversation_messages_once
  on public.conversation_messages (tenant_id, connection_id, key) where key is not null;
create index conversation_messages_order
  on public.conversation_messages (tenant_id, conversation_id, occurred_at, id);

-- Who answered a campaign, and the sums; apart from the campaign's other counters, so that storing answers never
-- waits for recording results.
create table public.campaign_replies (
  tenant_id uuid not null,
  campaign_id uuid not null,
  contact_id uuid not null,
  messages integer not null default 1,
  opted_out boolean not null default false,
  first_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, campaign_id, contact_id),
  foreign key (tenant_id, campaign_id) references public.campaigns (tenant_id, id) on delete cascade
);
create table public.campaign_reply_counts (
  campaign_id uuid primary key,
  tenant_id uuid not null,
  replied bigint not null default 0,
  messages bigint not null default 0,
  opted_out bigint not null default 0,
  foreign key (tenant_id, campaign_id) references public.campaigns (tenant_id, id) on delete cascade
);

-- Row-level security -----------------------------------------------------------------------------------

do $$
declare
  t text;
begin
  foreach t in array array[
    'contact_identities', 'contact_merges', 'opt_out_proofs', 'opt_out_settings', 'conversations',
    'conversation_messages', 'campaign_replies', 'campaign_reply_counts'
  ] loop
    execute format('alter table public.%I enable row level security', t);
    execute format('alter table public.%I force row level security', t);
    execute format('create policy system_all on public.%I for all to zaphub_system using (true) with check (true)', t);
    execute format('revoke all on public.%I from public, anon, authenticated', t);
    execute format('grant select, insert, update, delete on public.%I to zaphub_api, zaphub_system', t);
    execute format(
      'create policy tenant_all on public.%I for all to zaphub_api
         using (tenant_id = (select app.current_tenant())) with check (tenant_id = (select app.current_tenant()))', t);
    if t <> 'contact_merges' then
      execute format('grant select on public.%I to authenticated', t);
      execute format(
        'create policy member_read on public.%I for select to authenticated
           using (tenant_id in (select app.my_tenant_ids()))', t);
    end if;
  end loop;
end
$$;
