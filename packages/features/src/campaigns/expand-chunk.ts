import type { TenantScope, Tx } from '@zaphub/db';
import { audienceSource, skipReasonCase, sqlValues } from '../audiences/index.ts';
import type { CampaignRow } from './queries.ts';

/** Contacts that one statement freezes. */
const chunkSize = 20_000;
const beforeAll = '00000000-0000-0000-0000-000000000000';

/**
 * Writes the next contacts of a locked campaign's audience to the ledger, those who get no message as `skipped`
 * with the reason, and counts them. Contacts are walked by id, so rows arrive in the order of the ledger's own
 * indexes; contacts added after the start are not looked at.
 * @returns whether it was the last chunk, and how many recipients the campaign has by now
 */
export async function expandChunk(
  scope: TenantScope,
  tx: Tx,
  campaign: CampaignRow,
  required: readonly string[],
): Promise<{ isLast: boolean; total: number }> {
  // As a value, and on both sides of a join: only then does the planner begin at the cursor, not walk up to it.
  const place = await tx.one<{ cursor: string | null; limit: string }>(
    `select expansion_cursor as cursor, coalesce(expansion_limit, clock_timestamp())::text as limit
     from campaigns where tenant_id = $1 and id = $2`,
    [scope.tenantId, campaign.id],
  );
  const sql = sqlValues();
  const { from, contactId } = audienceSource(scope, campaign.audience, sql);
  const reason = skipReasonCase(required, sql);
  const after = `${sql.bind(place.cursor ?? beforeAll)}::uuid`;
  const [tenant, campaignId, connection] = [scope.tenantId, campaign.id, campaign.connection_id].map(
    (id) => `${sql.bind(id)}::uuid`,
  );
  const result = await tx.one<{ taken: number; total: number }>(
    `with chunk as materialized (
       select c.id, c.phone, ${reason} as reason, row_number() over (order by ${contactId}) as nth
       from ${from} and ${contactId} > ${after} and c.id > ${after}
         and c.created_at <= ${sql.bind(place.limit)}::timestamptz
       order by ${contactId} limit ${sql.bind(chunkSize)}
     ), written as (
       insert into messages
         (tenant_id, campaign_id, contact_id, connection_id, position, recipient, state, queued, reason)
       select ${tenant}, ${campaignId}, id, ${connection}, ${sql.bind(campaign.total)}::bigint + nth, phone,
         case when reason is null then 'pending' else 'skipped' end::message_state, reason is null, reason
       from chunk order by nth
     ), counts as (
       select count(*) as taken, count(reason) as skipped from chunk
     ), moved as (
       update campaigns set expansion_cursor = (select id from chunk order by nth desc limit 1)
       where id = ${campaignId} and exists (select from chunk)
     )
     update campaign_counters k set total = k.total + counts.taken, skipped = k.skipped + counts.skipped,
       updated_at = clock_timestamp()
     from counts where k.campaign_id = ${campaignId} returning counts.taken, k.total`,
    sql.values,
  );
  return { isLast: result.taken < chunkSize, total: result.total };
}
