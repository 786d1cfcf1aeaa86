import type { Database, TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { MessageContent } from '@zaphub/types';
import { createDirectMessage, textOf } from '../../direct-messages/index.ts';
import { sendAddresses } from '../../identity/index.ts';
import { answerUntil } from '../answer-until.ts';
import { addOutbound } from '../add-outbound.ts';
import { publishConversations } from '../publish-conversations.ts';
import { getMessage, type ConversationMessageRow } from '../queries.ts';

/** What is answered, and how. */
export interface ReplyInput {
  readonly conversationId: string;
  readonly content: MessageContent;
  /** The message of the conversation that is quoted. */
  readonly answersId?: string | undefined;
  /** The same key makes one message. */
  readonly idempotencyKey: string;
}

interface Thread {
  readonly connectionId: string;
  readonly contactId: string;
  /** The contact whose address wrote last: another one when that has become part of the first. */
  readonly memberId: string;
  /** They have opted out, and have written since: what they wrote may be answered. */
  readonly mayAnswer: boolean;
}

/**
 * Answers in a conversation: a direct message to the address that wrote last, before what campaigns have waiting on
 * that number. Somebody who has opted out gets one only where they have written since, for a day.
 * @throws AppError `not_found`, `contact_opted_out`, `contact_unreachable`, `idempotency_key_reused`
 */
export async function sendReply(
  deps: { db: Database },
  scope: TenantScope,
  input: ReplyInput,
): Promise<ConversationMessageRow> {
  return deps.db.tenant(scope, async (tx) => {
    const { connectionId, memberId, mayAnswer } = await lockThread(tx, scope, input.conversationId);
    const replyTo = await quotedId(tx, scope, input);
    const [address] = await sendAddresses(tx, scope, [{ connectionId, memberId }]);
    const { messageId, isNew } = await createDirectMessage(tx, scope, {
      connectionId,
      contactId: memberId,
      ...(address === undefined ? {} : { address }),
      content: input.content,
      ...(replyTo === undefined ? {} : { replyTo }),
      idempotencyKey: `reply:${input.idempotencyKey}`,
      ...(mayAnswer ? { despiteOptOut: 'answer' as const } : {}),
    });
    if (isNew) {
      await addOutbound(tx, scope, {
        conversationId: input.conversationId,
        connectionId,
        contactId: memberId,
        messageId,
        kind: input.content.kind,
        content: input.content,
        text: textOf(input.content),
        answers: replyTo,
      });
      await publishConversations(tx, scope, [input.conversationId]);
    }
    return getMessage(scope, tx, input.conversationId, messageId);
  });
}

async function lockThread(tx: Tx, scope: TenantScope, id: string): Promise<Thread> {
  const row = await tx.maybeOne<Thread>(
    `select v.connection_id as "connectionId", v.contact_id as "contactId", coalesce((
       select m.contact_id from conversation_messages m
       where m.tenant_id = $1 and m.conversation_id = v.id and m.direction = 'in'
       order by m.occurred_at desc, m.id desc limit 1), v.contact_id) as "memberId",
       coalesce(${answerUntil('v', 'c')} > clock_timestamp(), false) as "mayAnswer"
     from conversations v join contacts c on c.tenant_id = v.tenant_id and c.id = v.contact_id where v.tenant_id = $1 and v.id = $2 for update of v`,
    [scope.tenantId, id],
  );
  if (row === undefined) throw new AppError('not_found', 'no such conversation');
  return row;
}

/** The network's id of the message that is quoted. */
async function quotedId(tx: Tx, scope: TenantScope, input: ReplyInput): Promise<string | undefined> {
  if (input.answersId === undefined) return undefined;
  const row = await tx.maybeOne<{ id: string | null }>(
    `select coalesce(m.provider_message_id, l.provider_message_id) as id
     from conversation_messages m left join messages l on m.direction = 'out' and l.id = m.message_id and l.tenant_id = $1
     where m.tenant_id = $1 and m.conversation_id = $2 and m.id = $3`,
    [scope.tenantId, input.conversationId, input.answersId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such message in this conversation');
  return row.id ?? undefined;
}
