-- The cleanup takes away what no frequency cap looks back to. Rows come in the order of their days, so a few pages of
-- index are enough, and the send path pays next to nothing for it.
create index contact_sends_age on public.contact_sends using brin (day);
