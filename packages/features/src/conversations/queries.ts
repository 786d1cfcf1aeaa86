import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { CampaignReplies, MessageState } from '@zaphub/types';
import { answerUntil } from './answer-until.ts';

/** A conversation with the contact it is with. */
export interface ConversationRow {
  id: string;
  connection_id: string;
  contact_id: string;
  contact_name: string | null;
  contact_phone: string | null;
  opted_out_at: Date | null;
  answer_until: Date | null;
  unread: number;
  last_at: Date;
  /** As the database writes it, to the microsecond. */
  last_at_text: string;
  last_direction: 'in' | 'out';
  last_kind: string;
  last_text: string | null;
  last_inbound_at: Date | null;
}

const columns = `v.id, v.connection_id, v.contact_id, c.name as contact_name, c.phone as contact_phone, c.opted_out_at,
  v.unread, v.last_at, v.last_at::text as last_at_text, v.last_direction, v.last_kind, v.last_text, v.last_inbound_at,
  ${answerUntil('v', 'c')} as answer_until`;
const from = 'conversations v join contacts c on c.tenant_id = v.tenant_id and c.id = v.contact_id';

/** Conversations by their ids, in any order; those of other tenants are left out. */
export function findConversations(
  scope: TenantScope,
  tx: Tx,
  ids: readonly string[],
): Promise<ConversationRow[]> {
  return tx.prepared<ConversationRow>(
    'conversations_by_id',
    `select ${columns} from ${from} where v.tenant_id = $1 and v.id = any($2::uuid[])`,
    [scope.tenantId, ids],
  );
}

/** Where a page begins: after this conversation. */
export interface ConversationPlace {
  readonly at: string;
  readonly id: string;
}

/** Conversations, the one with the newest message first; all, or those with something to read. */
export function listConversations(
  scope: TenantScope,
  tx: Tx,
  filter: { readonly unread: boolean },
  after: ConversationPlace | undefined,
  take: number,
): Promise<ConversationRow[]> {
  return tx.rows<ConversationRow>(
    `select ${columns} from ${from} where v.tenant_id = $1 ${filter.unread ? 'and v.unread > 0' : ''}
       ${after === undefined ? '' : 'and (v.last_at, v.id) < ($3::timestamptz, $4::uuid)'}
     order by v.last_at desc, v.id desc limit $2`,
    [scope.tenantId, take, ...(after === undefined ? [] : [after.at, after.id])],
  );
}

/**
 * The conversations of a contact, the newest first, a hundred at most.
 * @throws AppError `not_found`
 */
export async function conversationsOf(
  scope: TenantScope,
  tx: Tx,
  contactId: string,
): Promise<ConversationRow[]> {
  const found = await tx.run('select from contacts where tenant_id = $1 and id = $2', [
    scope.tenantId,
    contactId,
  ]);
  if (found === 0) throw new AppError('not_found', 'no such contact');
  return tx.rows<ConversationRow>(
    `select ${columns} from ${from} where v.tenant_id = $1 and v.contact_id = $2
     order by v.last_at desc, v.id desc limit 100`,
    [scope.tenantId, contactId],
  );
}

/** One message of a conversation; of ours, how it stands in the ledger. */
export interface ConversationMessageRow {
  id: string;
  direction: 'in' | 'out';
  kind: string;
  content: Record<string, unknown>;
  occurred_at: Date;
  /** As the database writes it, to the microsecond. */
  occurred_at_text: string;
  message_id: string | null;
  campaign_id: string | null;
  is_inferred: boolean;
  state: MessageState | null;
  reason: string | null;
}

const messageColumns = `m.id, m.direction, m.kind, m.content, m.occurred_at, m.occurred_at::text as occurred_at_text,
  m.message_id, m.campaign_id, m.is_inferred, l.state, l.reason`;
const messageSource = `conversation_messages m left join messages l
  on m.direction = 'out' and l.id = m.message_id and l.tenant_id = m.tenant_id`;

/** Messages of a conversation, newest first. */
export function listMessages(
  scope: TenantScope,
  tx: Tx,
  conversationId: string,
  after: ConversationPlace | undefined,
  take: number,
): Promise<ConversationMessageRow[]> {
  return tx.rows<ConversationMessageRow>(
    `select ${messageColumns} from ${messageSource}
     where m.tenant_id = $1 and m.conversation_id = $2
       and ($3::timestamptz is null or (m.occurred_at, m.id) < ($3::timestamptz, $4::uuid))
     order by m.occurred_at desc, m.id desc limit $5`,
    [scope.tenantId, conversationId, after?.at ?? null, after?.id ?? null, take],
  );
}

/** Reads a message of ours by its row in the ledger. */
export function getMessage(
  scope: TenantScope,
  tx: Tx,
  conversationId: string,
  messageId: string,
): Promise<ConversationMessageRow> {
  return tx.one<ConversationMessageRow>(
    `select ${messageColumns} from ${messageSource}
     where m.tenant_id = $1 and m.conversation_id = $2 and m.direction = 'out' and m.message_id = $3`,
    [scope.tenantId, conversationId, messageId],
  );
}

/** Is there such a conversation? */
export async function hasConversation(scope: TenantScope, tx: Tx, id: string): Promise<boolean> {
  const found = await tx.run('select from conversations where tenant_id = $1 and id = $2', [
    scope.tenantId,
    id,
  ]);
  return found > 0;
}

/** Counts who answered a campaign. @throws AppError `not_found` */
export async function repliesTo(scope: TenantScope, tx: Tx, campaignId: string): Promise<CampaignReplies> {
  const row = await tx.maybeOne<CampaignReplies>(
    `select coalesce(n.replied, 0) as replied, coalesce(n.messages, 0) as messages,
       coalesce(n.opted_out, 0) as opted_out
     from campaigns c left join campaign_reply_counts n on n.campaign_id = c.id and n.tenant_id = $1
     where c.tenant_id = $1 and c.id = $2 and c.kind = 'campaign'`,
    [scope.tenantId, campaignId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such campaign');
  return row;
}
