/**
 * What the number `s` of the tenant `t` has sent on the day `day` of its zone, as SQL. Counted from its first slot
 * under a cap; before that, from what is known of its answers.
 */
export function sentOnDay(day: string): string {
  return `coalesce(
    (select n.sent from connection_days n where n.tenant_id = s.tenant_id and n.connection_id = s.id and n.day = ${day}),
    (select sum(n.sent)::int from number_counts n where n.tenant_id = s.tenant_id and n.connection_id = s.id
      and n.slot >= ${day}::timestamp at time zone coalesce(s.timezone, t.timezone)), 0)`;
}
