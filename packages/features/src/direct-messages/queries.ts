import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { MessageState } from '@zaphub/types';

/** A message as it is shown by itself. */
export interface MessageRow {
  id: string;
  campaign_id: string;
  connection_id: string;
  contact_id: string;
  contact_name: string | null;
  position: number;
  recipient: string | null;
  state: MessageState;
  attempts: number;
  requests: number;
  lost_outcomes: number;
  reason: string | null;
  direct: boolean;
  content: unknown;
  is_test: boolean;
  provider_message_id: string | null;
  created_at: Date;
  marked_at: Date | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
}

const columns = `m.id, m.campaign_id, m.connection_id, m.contact_id, c.name as contact_name, m.position, m.recipient,
  m.state, m.attempts, m.requests, m.lost_outcomes, m.reason, m.direct, t.content, coalesce(t.is_test, false) as is_test,
  m.provider_message_id, coalesce(t.created_at, m.due_at) as created_at, m.marked_at, m.sent_at, m.delivered_at, m.read_at`;
const joined = `left join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
  left join message_contents t on t.tenant_id = m.tenant_id and t.message_id = m.id`;

/** Direct messages of a connection, newest first, from the place after `before` (a position). */
export async function listDirectMessages(
  scope: TenantScope,
  tx: Tx,
  filter: { connectionId: string; state?: MessageState | undefined },
  before: number | undefined,
  take: number,
): Promise<MessageRow[]> {
  return tx.rows<MessageRow>(
    `select ${columns} from campaigns d join messages m on m.campaign_id = d.id ${joined}
     where d.tenant_id = $1 and d.connection_id = $2 and d.kind = 'direct' and m.tenant_id = $1
       and ($3::message_state is null or m.state = $3) and m.position < coalesce($4::bigint, 9223372036854775807)
     order by m.position desc limit $5`,
    [scope.tenantId, filter.connectionId, filter.state ?? null, before ?? null, take],
  );
}

/** Reads one message, of a campaign or direct. @throws AppError `not_found` */
export async function getMessage(scope: TenantScope, tx: Tx, id: string): Promise<MessageRow> {
  const row = await tx.maybeOne<MessageRow>(
    `select ${columns} from messages m ${joined} where m.tenant_id = $1 and m.id = $2`,
    [scope.tenantId, id],
  );
  if (!row) throw new AppError('not_found', 'no such message');
  return row;
}

/** One try that was not a plain success, or late news. */
export interface AttemptRow {
  created_at: Date;
  outcome: string;
  code: string | null;
  detail: string | null;
}

/** What is known about the tries of a message, oldest first, two hundred at most. */
export async function listAttempts(scope: TenantScope, tx: Tx, messageId: string): Promise<AttemptRow[]> {
  return tx.rows<AttemptRow>(
    `select created_at, outcome, code, detail from message_attempts
     where message_id = $2 and tenant_id = $1 order by id limit 200`,
    [scope.tenantId, messageId],
  );
}
