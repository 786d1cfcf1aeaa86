import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type MessageState } from '@zaphub/types';

/** What a campaign had for a contact. */
export interface ContactMessageRow {
  id: string;
  campaign_id: string;
  campaign_name: string;
  state: MessageState;
  reason: string | null;
  sent_at: Date | null;
  delivered_at: Date | null;
  read_at: Date | null;
}

/** Campaigns that are looked at: a contact's older messages are in the reports of their campaigns. */
const campaignsBack = 2_000;

/**
 * What the newest campaigns had for a contact and those who are part of it, the newest first, fifty at most. The ledger
 * has no index by contact and gets none: it is asked campaign by campaign, in the key (campaign, contact).
 * @throws AppError `not_found`
 */
export async function listContactMessages(
  scope: TenantScope,
  tx: Tx,
  contactId: string,
): Promise<ContactMessageRow[]> {
  const family = await tx.rows<{ id: string }>(
    'select id from contacts where tenant_id = $1 and (id = $2 or merged_into = $2)',
    [scope.tenantId, contactId],
  );
  if (!family.some(({ id }) => id === contactId)) throw new AppError('not_found', 'no such contact');
  return tx.rows<ContactMessageRow>(
    `with recent as materialized (
       select c.id, c.name from campaigns c where c.tenant_id = $1 and c.kind = 'campaign'
       order by c.id desc limit ${campaignsBack}
     )
     select m.id, r.id as campaign_id, r.name as campaign_name, m.state, m.reason, m.sent_at, m.delivered_at, m.read_at
     from recent r cross join unnest($2::uuid[]) as f (id) cross join lateral (
       select m.* from messages m
       where m.tenant_id = $1 and m.campaign_id = r.id and m.contact_id = f.id and not m.direct offset 0
     ) m
     order by r.id desc, m.id limit 50`,
    [scope.tenantId, family.map(({ id }) => id)],
  );
}
