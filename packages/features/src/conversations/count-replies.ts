import type { TenantScope, Tx } from '@zaphub/db';

/** One stored message that answers a campaign. */
export interface Reply {
  readonly campaignId: string;
  /** The contact the campaign wrote to. */
  readonly contactId: string;
  /** It asked for no more messages. */
  readonly hasOptedOut: boolean;
}

/*
 * Invariants: who answered is counted once, whatever they write; the sums move by the rows that really changed, in
 * the same statement. The contacts are locked by the caller, so nobody else counts
 * them meanwhile. Sums are locked last and in one order.
 */
const text = `
with reply as (
  select campaign_id, contact_id, count(*)::int as messages, bool_or(opted_out) as opted_out
  from unnest($2::uuid[], $3::uuid[], $4::boolean[]) as r (campaign_id, contact_id, opted_out)
  group by 1, 2 order by 1, 2
), before as materialized (
  select b.campaign_id, b.contact_id, b.opted_out from campaign_replies b join reply using (campaign_id, contact_id)
  where b.tenant_id = $1
), written as (
  insert into campaign_replies as b (tenant_id, campaign_id, contact_id, messages, opted_out)
  select $1, campaign_id, contact_id, messages, opted_out from reply
  on conflict (tenant_id, campaign_id, contact_id) do update set messages = b.messages + excluded.messages,
    opted_out = b.opted_out or excluded.opted_out
  returning b.campaign_id, b.contact_id, b.opted_out
), sums as (
  select w.campaign_id, count(*) filter (where b.contact_id is null) as replied, sum(r.messages) as messages,
    count(*) filter (where w.opted_out and b.opted_out is not true) as opted_out
  from written w join reply r using (campaign_id, contact_id) left join before b using (campaign_id, contact_id)
  group by 1 order by 1
)
insert into campaign_reply_counts as n (tenant_id, campaign_id, replied, messages, opted_out)
select $1, campaign_id, replied, messages, opted_out from sums
on conflict (campaign_id) do update set replied = n.replied + excluded.replied,
  messages = n.messages + excluded.messages, opted_out = n.opted_out + excluded.opted_out`;

/** Counts answers for their campaigns. */
export async function countReplies(tx: Tx, scope: TenantScope, replies: readonly Reply[]): Promise<void> {
  if (replies.length === 0) return;
  await tx.prepared('count_replies', text, [
    scope.tenantId,
    replies.map((reply) => reply.campaignId),
    replies.map((reply) => reply.contactId),
    replies.map((reply) => reply.hasOptedOut),
  ]);
}
