-- How far the slots given out lie behind the even schedule of their rate, and are still to be caught up with: the
-- schedule is kept although somebody came late for a slot. Bounded by whoever reserves; 0 after a longer silence.
alter table public.paces add column late_ms double precision not null default 0;
