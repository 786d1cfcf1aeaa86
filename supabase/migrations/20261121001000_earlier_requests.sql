-- The network's id of the request that a line is about: of one that failed, and of one that was sent again since, whose
-- late receipts must not end the new one.
alter table public.message_attempts add column provider_message_id text;
