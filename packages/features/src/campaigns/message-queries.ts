import type { TenantScope, Tx } from '@zaphub/db';
import type { MessageState } from '@zaphub/types';

/** A recipient of a campaign. */
export interface MessageRow {
  id: string;
  contact_id: string;
  contact_name: string | null;
  recipient: string | null;
  state: MessageState;
  attempts: number;
  reason: string | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
}

/**
 * Recipients of a campaign by contact, from the place after `after` (a contact's UUID): the order of the
 * ledger's unique index, which needs no index of its own.
 */
export async function listMessages(
  scope: TenantScope,
  tx: Tx,
  filter: { campaignId: string; state?: MessageState | undefined },
  after: string | undefined,
  take: number,
): Promise<MessageRow[]> {
  return tx.rows<MessageRow>(
    `select m.id, m.contact_id, c.name as contact_name, m.recipient, m.state, m.attempts, m.reason,
       m.sent_at, m.delivered_at, m.read_at
     from messages m left join contacts c on c.id = m.contact_id and c.tenant_id = m.tenant_id
     where m.tenant_id = $1 and m.campaign_id = $2 and not m.direct and ($3::message_state is null or m.state = $3)
       and m.contact_id > coalesce($4::uuid, '00000000-0000-0000-0000-000000000000')
     order by m.contact_id limit $5`,
    [scope.tenantId, filter.campaignId, filter.state ?? null, after ?? null, take],
  );
}
