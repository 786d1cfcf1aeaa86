import type { TenantScope, Tx } from '@zaphub/db';
import type { MessageState } from '@zaphub/types';

/** A conversation with the contact it is with. */
export interface ConversationRow {
  id: string;
  connection_id: string;
  contact_id: string;
  contact_name: string | null;
  contact_phone: string | null;
  opted_out_at: Date | null;
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
  v.unread, v.last_at, v.last_at::text as last_at_text, v.last_direction, v.last_kind, v.last_text, v.last_inbound_at`;
const from = 'conversations v join contacts c on c.tenant_id = v.tenant_id and c.id = v.contact_id';

/** Conversations by their ids, in any order; those of other tenants are left out. */
export function findConversations(
  scope: TenantScope,
  tx: Tx,
  ids: readonly string[],
): Promise<ConversationRow[]> {
  return tx.rows<ConversationRow>(
    `select ${columns} from ${from} where v.tenant_id = $1 and v.id = any($2::uuid[])`,
    [scope.tenantId, ids],
  );
}

/** What a list of conversations is narrowed to. */
export interface ConversationFilter {
  readonly unread?: boolean | undefined;
  readonly contactId?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** Where a page begins: after this conversation. */
export interface ConversationPlace {
  readonly at: string;
  readonly id: string;
}

/** Conversations, the one with the newest message first. */
export function listConversations(
  scope: TenantScope,
  tx: Tx,
  filter: ConversationFilter,
  after: ConversationPlace | undefined,
  take: number,
): Promise<ConversationRow[]> {
  const values: unknown[] = [scope.tenantId];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    filter.unread === true ? 'v.unread > 0' : '',
    filter.contactId === undefined ? '' : `v.contact_id = ${bind(filter.contactId)}::uuid`,
    filter.connectionId === undefined ? '' : `v.connection_id = ${bind(filter.connectionId)}::uuid`,
    after === undefined
      ? ''
      : `(v.last_at, v.id) < (${bind(after.at)}::timestamptz, ${bind(after.id)}::uuid)`,
  ].filter((condition) => condition !== '');
  return tx.rows<ConversationRow>(
    `select ${columns} from ${from} where v.tenant_id = $1${conditions.map((each) => ` and ${each}`).join('')}
     order by v.last_at desc, v.id desc limit ${bind(take)}`,
    values,
  );
}

/** One message of a conversation; of ours, how it stands in the ledger. */
export interface ConversationMessageRow {
  id: string;
  direction: 'in' | 'out';
  kind: string;
  content: Record<string, unknown>;
  occurred_at: Date;
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
