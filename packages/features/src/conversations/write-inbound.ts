import type { TenantScope, Tx } from '@zaphub/db';
import type { InboundMessage } from '@zaphub/providers';
import type { AnsweredMessage } from './link-campaigns.ts';
import { previewOf, storedContent } from './stored-content.ts';

/** An inbound message with everything that is known about it. */
export interface ResolvedMessage {
  readonly message: InboundMessage;
  readonly conversationId: string;
  readonly contactId: string;
  /** The contact whose address it came from. */
  readonly memberId: string;
  readonly answered: AnsweredMessage | undefined;
}

/*
 * Invariants: a key of a connection is stored once; the conversation counts and shows only what was stored by this
 * statement; what comes late does not take the place of what is newer. Nobody has to read a reaction. A network's
 * clock may be wrong: what it dates into the future happened now.
 */
const text = `
with stored as (
  insert into conversation_messages (tenant_id, conversation_id, connection_id, contact_id, key, provider_message_id,
    kind, content, occurred_at, answers, message_id, campaign_id, is_inferred)
  select $1, m.conversation_id, m.connection_id, m.contact_id, m.key, m.provider_message_id, m.kind, m.content,
    least(m.at, clock_timestamp()), m.answers, m.message_id, m.campaign_id, m.is_inferred
  from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::jsonb[],
    $9::timestamptz[], $10::text[], $11::uuid[], $12::uuid[], $13::boolean[])
    as m (conversation_id, connection_id, contact_id, key, provider_message_id, kind, content, at, answers,
      message_id, campaign_id, is_inferred)
  on conflict (tenant_id, connection_id, key) where key is not null do nothing
  returning id, conversation_id, connection_id, key, kind, occurred_at
), news as (
  select s.conversation_id, count(*) filter (where s.kind <> 'reaction') as to_read, max(s.occurred_at) as last_at,
    (array_agg(s.kind order by s.occurred_at desc, s.id desc))[1] as last_kind,
    (array_agg(w.preview order by s.occurred_at desc, s.id desc))[1] as last_text
  from stored s join unnest($3::uuid[], $5::text[], $14::text[]) as w (connection_id, key, preview)
    on w.connection_id = s.connection_id and w.key = s.key
  group by 1
), told as (
  update conversations c set unread = c.unread + n.to_read, last_at = greatest(c.last_at, n.last_at),
    last_inbound_at = greatest(c.last_inbound_at, n.last_at),
    last_direction = case when n.last_at >= c.last_at then 'in' else c.last_direction end,
    last_kind = case when n.last_at >= c.last_at then n.last_kind else c.last_kind end,
    last_text = case when n.last_at >= c.last_at then n.last_text else c.last_text end
  from news n where c.tenant_id = $1 and c.id = n.conversation_id
)
select id, connection_id || ' ' || key as name from stored`;

/** Stores messages; answers the ids of those that were not known yet, by `connection key`. */
export async function writeInbound(
  tx: Tx,
  scope: TenantScope,
  messages: readonly ResolvedMessage[],
): Promise<Map<string, string>> {
  const rows = await tx.prepared<{ id: string; name: string }>('write_inbound', text, [
    scope.tenantId,
    messages.map((each) => each.conversationId),
    messages.map((each) => each.message.connectionId),
    messages.map((each) => each.memberId),
    messages.map((each) => each.message.key),
    messages.map((each) => each.message.providerMessageId),
    messages.map((each) => each.message.content.kind),
    messages.map((each) => storedContent(each.message.content)),
    messages.map((each) => each.message.at),
    messages.map((each) => each.message.answers ?? null),
    messages.map((each) => each.answered?.messageId ?? null),
    messages.map((each) => each.answered?.campaignId ?? null),
    messages.map((each) => each.answered?.isInferred ?? false),
    messages.map((each) => previewOf(each.message.content)),
  ]);
  return new Map(rows.map((row) => [row.name, row.id]));
}
