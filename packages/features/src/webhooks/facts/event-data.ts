import type { TenantScope, Tx } from '@zaphub/db';
import { toPublicId } from '@zaphub/types';

/** Something that happened, of which an event is made: one message that came, or up to a hundred that went. */
export interface Happening {
  readonly type: string;
  readonly connectionId: string | null;
  readonly campaignId: string | null;
  readonly subjectIds: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** What is told of it, beside its type and time. */
export interface EventData {
  readonly data: Readonly<Record<string, unknown>>;
  /** The connection that the event is about. */
  readonly connectionId: string | null;
}

/** A longer text or a long list is fetched from the API by the message's id. */
const longestContent = 12_000;

/** Reads what is to be told; `undefined` when nothing is left of what it was about. */
export function readEventData(
  tx: Tx,
  scope: TenantScope,
  happening: Happening,
): Promise<EventData | undefined> {
  const { type } = happening;
  if (type === 'message.received') return readReceived(tx, scope, happening);
  if (type.startsWith('message.')) return readMessages(tx, scope, happening);
  if (type.startsWith('campaign.')) return readCampaign(tx, scope, happening);
  if (type.startsWith('connection.')) return readConnection(tx, scope, happening);
  return readContacts(tx, scope, happening);
}

interface ReceivedRow {
  id: string;
  conversation_id: string;
  connection_id: string;
  contact_id: string;
  contact_name: string | null;
  phone: string | null;
  kind: string;
  content: unknown;
  occurred_at: Date;
  campaign_id: string | null;
  message_id: string | null;
}

async function readReceived(
  tx: Tx,
  scope: TenantScope,
  { subjectIds }: Happening,
): Promise<EventData | undefined> {
  const row = await tx.maybeOne<ReceivedRow>(
    `select m.id, m.conversation_id, m.connection_id, c.id as contact_id, c.name as contact_name, c.phone, m.kind,
       m.content, m.occurred_at, m.campaign_id, m.message_id
     from conversation_messages m
     join conversations v on v.tenant_id = m.tenant_id and v.id = m.conversation_id
     join contacts c on c.tenant_id = m.tenant_id and c.id = v.contact_id
     where m.tenant_id = $1 and m.id = $2`,
    [scope.tenantId, subjectIds[0] ?? null],
  );
  if (row === undefined) return undefined;
  const isLong = JSON.stringify(row.content).length > longestContent;
  return {
    connectionId: row.connection_id,
    data: {
      id: toPublicId('conversation_message', row.id),
      conversation_id: toPublicId('conversation', row.conversation_id),
      connection_id: toPublicId('connection', row.connection_id),
      contact_id: toPublicId('contact', row.contact_id),
      contact_name: row.contact_name,
      from: row.phone,
      kind: row.kind,
      content: isLong ? null : row.content,
      is_content_left_out: isLong,
      occurred_at: row.occurred_at.toISOString(),
      answers_campaign_id: row.campaign_id && toPublicId('campaign', row.campaign_id),
      answers_message_id: row.message_id && toPublicId('message', row.message_id),
    },
  };
}

interface MessageRow {
  id: string;
  contact_id: string;
  recipient: string | null;
  reason: string | null;
  at: Date | null;
}

const timeOf: Readonly<Record<string, string>> = {
  'message.sent': 'm.sent_at',
  'message.delivered': 'm.delivered_at',
  'message.read': 'm.read_at',
};

async function readMessages(
  tx: Tx,
  scope: TenantScope,
  happening: Happening,
): Promise<EventData | undefined> {
  const { type, connectionId, campaignId } = happening;
  // Found by their key, one by one: with a guess of how many there are, the planner might read the ledger.
  const rows = await tx.rows<MessageRow>(
    `select m.id, m.contact_id, m.recipient, m.reason, ${timeOf[type] ?? 'null::timestamptz'} as at
     from unnest($2::uuid[]) with ordinality as s (id, nth)
     join lateral (select * from messages where id = s.id and tenant_id = $1 offset 0) m on true order by s.nth`,
    [scope.tenantId, happening.subjectIds],
  );
  if (rows.length === 0) return undefined;
  const campaign =
    campaignId === null
      ? undefined
      : await tx.maybeOne<{ kind: string }>('select kind from campaigns where tenant_id = $1 and id = $2', [
          scope.tenantId,
          campaignId,
        ]);
  return {
    connectionId,
    data: {
      connection_id: connectionId && toPublicId('connection', connectionId),
      // What was sent by itself is kept in a campaign that nobody sees.
      campaign_id:
        campaignId !== null && campaign?.kind === 'campaign' ? toPublicId('campaign', campaignId) : null,
      messages: rows.map((row) => ({
        id: toPublicId('message', row.id),
        contact_id: toPublicId('contact', row.contact_id),
        to: row.recipient,
        at: (row.at ?? happening.at).toISOString(),
        ...(type === 'message.failed' ? { reason: row.reason } : {}),
      })),
    },
  };
}

async function readCampaign(
  tx: Tx,
  scope: TenantScope,
  { campaignId, details, connectionId }: Happening,
): Promise<EventData | undefined> {
  const row = await tx.maybeOne<{ name: string; error_code: string | null }>(
    'select name, error_code from campaigns where tenant_id = $1 and id = $2',
    [scope.tenantId, campaignId],
  );
  if (row === undefined || campaignId === null) return undefined;
  return {
    connectionId,
    data: {
      id: toPublicId('campaign', campaignId),
      name: row.name,
      connection_id: connectionId && toPublicId('connection', connectionId),
      ...details,
      ...(details['status'] === 'failed' ? { error_code: row.error_code } : {}),
    },
  };
}

async function readConnection(
  tx: Tx,
  scope: TenantScope,
  { connectionId, details }: Happening,
): Promise<EventData | undefined> {
  const row = await tx.maybeOne<{ name: string; provider: string; phone: string | null }>(
    'select name, provider, phone from connections where tenant_id = $1 and id = $2',
    [scope.tenantId, connectionId],
  );
  if (row === undefined || connectionId === null) return undefined;
  return { connectionId, data: { id: toPublicId('connection', connectionId), ...row, ...details } };
}

async function readContacts(
  tx: Tx,
  scope: TenantScope,
  { subjectIds }: Happening,
): Promise<EventData | undefined> {
  const rows = await tx.rows<{
    id: string;
    name: string | null;
    phone: string | null;
    opt_out_source: string | null;
    opted_out_at: Date | null;
  }>(
    `select id, name, phone, opt_out_source, opted_out_at from contacts where tenant_id = $1 and id = any($2::uuid[])
     and opted_out_at is not null and merged_into is null order by opted_out_at, id`,
    [scope.tenantId, subjectIds],
  );
  if (rows.length === 0) return undefined;
  return {
    connectionId: null,
    data: {
      contacts: rows.map((row) => ({
        id: toPublicId('contact', row.id),
        name: row.name,
        phone: row.phone,
        source: row.opt_out_source,
        at: row.opted_out_at?.toISOString() ?? null,
      })),
    },
  };
}
