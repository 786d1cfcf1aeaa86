/**
 * Why a row that came to nothing is not sent again, as an SQL expression over `m` (messages), `c` (its contact), `k` (the
 * contact that one was merged into), `g` (its campaign) and `n` (its connection); null when it may be.
 *
 * A message that the network took before it failed is only asked for again where the network keeps requests apart: the
 * others know a message by our id and would answer like the first time, without delivering anything.
 */
export const obstacleSql = `case
    when m.state not in ('failed', 'dlq') then 'not_failed'
    when c.id is null then 'contact_deleted'
    when c.opted_out_at is not null or k.opted_out_at is not null then 'opted_out'
    when m.recipient is null then 'no_phone'
    when g.status not in ('preparing', 'running', 'paused', 'completed') then 'campaign_over'
    when m.sent_at is not null and n.provider <> 'cloud-api' then 'already_accepted'
  end`;

/** The joins that the expression needs. */
export const obstacleJoins = `
  join campaigns g on g.id = m.campaign_id and g.tenant_id = m.tenant_id
  join connections n on n.id = m.connection_id and n.tenant_id = m.tenant_id
  left join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
  left join contacts k on k.tenant_id = m.tenant_id and k.id = c.merged_into`;
