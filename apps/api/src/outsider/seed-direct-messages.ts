import type { Tx } from '@zaphub/db';
import type { TestTenant } from '@zaphub/testing';

/** Two messages that the tenant's connection sent one by one, more with each call, and a day without sending. */
export async function seedDirectMessages(
  tx: Tx,
  { tenantId, connectionId }: TestTenant,
  contactId: string,
  canary: (kind: string) => string,
): Promise<void> {
  await tx.run(
    `insert into holidays (tenant_id, day, name) values ($1, '2030-12-24', $2) on conflict do nothing`,
    [tenantId, canary('holiday')],
  );
  await tx.run(
    `insert into campaigns (tenant_id, name, body, connection_id, audience, status, kind)
     values ($1, 'direct', '-', $2, '{"kind":"all"}', 'running', 'direct')
     on conflict (connection_id) where kind = 'direct' do nothing`,
    [tenantId, connectionId],
  );
  for (const words of [canary('direct'), canary('direct')]) {
    await tx.run(
      `with campaign as (
         select id, (select coalesce(max(position), 0) from messages m where m.campaign_id = c.id) as last
         from campaigns c where connection_id = $2 and kind = 'direct'
       ), counted as (
         insert into campaign_counters (campaign_id, tenant_id, total, failed) select id, $1, 1, 1 from campaign
         on conflict (campaign_id) do update set total = campaign_counters.total + 1, failed = campaign_counters.failed + 1
       ), message as (
         insert into messages (tenant_id, campaign_id, contact_id, connection_id, position, state, queued, direct, reason)
         select $1, id, $3, $2, last + 1, 'failed', false, true, $4 from campaign returning id
       )
       insert into message_contents (tenant_id, message_id, content)
       select $1, id, jsonb_build_object('kind', 'text', 'text', $4::text) from message`,
      [tenantId, connectionId, contactId, words],
    );
  }
}
