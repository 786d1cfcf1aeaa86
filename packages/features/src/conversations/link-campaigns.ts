import type { TenantScope, Tx } from '@zaphub/db';

/** A message that may answer one of ours. */
export interface Answer {
  readonly connectionId: string;
  /** The contact's own id and those of the contacts that are part of it. */
  readonly contactIds: readonly string[];
  readonly at: Date;
  /** The network's id of the message that it answers, when it says one. */
  readonly answers: string | undefined;
}

/** The row of the ledger that is answered. */
export interface AnsweredMessage {
  readonly messageId: string;
  readonly campaignId: string;
  readonly contactId: string;
  /** The network did not say which: it is the last one that the contact got. */
  readonly isInferred: boolean;
}

interface LinkRow extends AnsweredMessage {
  readonly nth: number;
}

/*
 * The ledger has no index by contact or by the network's id, and gets none: it is looked up campaign by campaign in
 * the key (campaign, contact), for the newest campaigns that were sending at that time. An id that the network gave
 * counts only for what was sent over the same connection. A minute of grace: clocks differ.
 */
const text = `
with live as materialized (
  select c.id, c.finished_at is null or c.finished_at > clock_timestamp() - interval '72 hours' as is_recent
  from campaigns c
  where c.tenant_id = $1 and c.kind = 'campaign' and c.started_at is not null
    and (c.finished_at is null or c.finished_at > clock_timestamp() - interval '30 days')
  order by c.id desc limit 300
)
select w.nth, l.* from unnest($2::int[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[])
    as w (nth, contact_id, connection_id, at, answers)
  cross join lateral (
    select m.id as "messageId", m.campaign_id as "campaignId", m.contact_id as "contactId",
      w.answers is null as "isInferred", m.marked_at
    from live join messages m on m.campaign_id = live.id and m.contact_id = w.contact_id and not m.direct
    where (live.is_recent or w.answers is not null) and m.marked_at is not null and m.connection_id = w.connection_id
      and case when w.answers is not null then m.provider_message_id = w.answers or m.id::text = w.answers
        else m.marked_at > least(w.at, clock_timestamp()) - interval '72 hours' and m.marked_at < w.at + interval '1 minute'
          and m.state in ('sent', 'delivered', 'read', 'sending', 'unknown') end
    order by m.marked_at desc limit 1
  ) l
order by w.nth, l.marked_at desc`;

/** Finds what messages answer; `undefined` for those that answer nothing of a campaign. */
export async function linkCampaigns(
  tx: Tx,
  scope: TenantScope,
  answers: readonly Answer[],
): Promise<(AnsweredMessage | undefined)[]> {
  const asked = answers.flatMap((answer, nth) =>
    answer.contactIds.map((contactId) => ({ ...answer, nth, contactId })),
  );
  if (asked.length === 0) return [];
  const rows = await tx.prepared<LinkRow>('link_campaigns', text, [
    scope.tenantId,
    asked.map((each) => each.nth),
    asked.map((each) => each.contactId),
    asked.map((each) => each.connectionId),
    asked.map((each) => each.at),
    asked.map((each) => each.answers ?? null),
  ]);
  const newest = new Map<number, LinkRow>();
  for (const row of rows) if (!newest.has(row.nth)) newest.set(row.nth, row);
  return answers.map((_, nth) => newest.get(nth));
}
