import type { TenantScope, Tx } from '@zaphub/db';
import { audienceSource, skipReasonCase, sqlValues } from '../audiences/index.ts';
import { addressOf } from '../identity/index.ts';
import { readTimes, recipientTimes, zoneAttribute, zoneSource } from '../schedules/index.ts';
import type { RecipientTime } from '../schedules/index.ts';
import { readPoolLines } from '../sender-pools/index.ts';
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
  const place = await tx.one<{ cursor: string | null; limit: string; provider: string }>(
    `select expansion_cursor as cursor, coalesce(expansion_limit, clock_timestamp())::text as limit,
       (select s.provider from connections s where s.id = campaigns.connection_id) as provider
     from campaigns where tenant_id = $1 and id = $2`,
    [scope.tenantId, campaign.id],
  );
  const times = campaign.clock === 'recipient' ? await timesOfChunk(scope, tx, campaign, place) : undefined;
  const sql = sqlValues();
  const { from, contactId } = audienceSource(scope, campaign.audience, sql);
  const reason = skipReasonCase(required, sql);
  const after = `${sql.bind(place.cursor ?? beforeAll)}::uuid`;
  const [tenant, campaignId, connection] = [scope.tenantId, campaign.id, campaign.connection_id].map(
    (id) => `${sql.bind(id)}::uuid`,
  );
  // On the recipients' clocks each row waits in the line of one number: those of a pool share them.
  const lines =
    times === undefined || campaign.pool_id === null ? [] : await readPoolLines(scope, tx, campaign.pool_id);
  const line =
    lines.length === 0
      ? connection
      : `(${sql.bind(lines)}::uuid[])[1 + (${sql.bind(campaign.total)}::bigint + nth) % ${lines.length}]`;
  const address = addressOf('c', { id: connection ?? 'null', provider: sql.bind(place.provider) });
  const result = await tx.one<{ taken: number; total: number }>(
    `with contact as materialized (
       select c.id, c.phone, c.attributes ->> '${zoneAttribute}' as own_zone, ${address} as address,
         ${reason} as reason, row_number() over (order by ${contactId}) as nth
       from ${from} and ${contactId} > ${after} and c.id > ${after}
         and c.created_at <= ${sql.bind(place.limit)}::timestamptz
       order by ${contactId} limit ${sql.bind(chunkSize)}
     ), ${datedChunk(times, campaign.timezone, sql.bind)}, written as (
       insert into messages
         (tenant_id, campaign_id, contact_id, connection_id, position, recipient, state, queued, reason,
          retry, due_at, zone, open_until)
       select ${tenant}, ${campaignId}, id, ${line}, ${sql.bind(campaign.total)}::bigint + nth, address,
         case when reason is null then 'pending' else 'skipped' end::message_state, reason is null, reason,
         reason is null and zone is not null, due_at, zone, open_until
       from chunk order by nth
     ), counts as (
       select count(*) as taken, count(reason) as skipped from chunk
     ), passed as (
       -- Rows with a time of their own are found by it, not by their number: the head is past them.
       insert into campaign_heads as h (campaign_id, tenant_id, position)
       select ${campaignId}, ${tenant}, taken from counts where taken > 0 and ${times === undefined ? 'false' : 'true'}
       on conflict (campaign_id) do update set claimed_from = h.position, position = h.position + excluded.position
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

/** The chunk with each contact's own time, or with none on the campaign's clock. */
function datedChunk(
  times: readonly RecipientTime[] | undefined,
  ownZone: string,
  bind: (value: unknown) => string,
): string {
  if (times === undefined) {
    return `chunk as materialized (
      select id, address, nth, reason, now() as due_at, null::text as zone, null::timestamptz as open_until from contact)`;
  }
  const { ctes, joins, zone } = zoneSource(bind, ownZone);
  const column = (values: readonly unknown[], type: string): string => `${bind(values)}::${type}[]`;
  const names = column(
    times.map((time) => time.name),
    'text',
  );
  const zones = column(
    times.map((time) => time.zone),
    'text',
  );
  const due = column(
    times.map((time) => time.dueAt),
    'timestamptz',
  );
  const until = column(
    times.map((time) => time.openUntil),
    'timestamptz',
  );
  const late = column(
    times.map((time) => time.isLate),
    'boolean',
  );
  return `${ctes}, zone_time as materialized (
      select * from unnest(${names}, ${zones}, ${due}, ${until}, ${late}) as t (name, zone, due_at, open_until, is_late)
    ), chunk as materialized (
      select c.id, c.address, c.nth, coalesce(c.reason, case when t.is_late then 'too_late' end) as reason,
        t.due_at, t.zone, t.open_until
      from contact c ${joins} join zone_time t on t.name = ${zone})`;
}

/** The times of the zones that the next contacts live in: a handful, worked out here and joined as values. */
async function timesOfChunk(
  scope: TenantScope,
  tx: Tx,
  campaign: CampaignRow,
  place: { cursor: string | null; limit: string },
): Promise<RecipientTime[]> {
  const sql = sqlValues();
  const { from, contactId } = audienceSource(scope, campaign.audience, sql);
  const after = `${sql.bind(place.cursor ?? beforeAll)}::uuid`;
  const { ctes, joins, zone } = zoneSource(sql.bind, campaign.timezone);
  const names = await tx.rows<{ name: string }>(
    `with contact as materialized (
       select c.phone, c.attributes ->> '${zoneAttribute}' as own_zone
       from ${from} and ${contactId} > ${after} and c.id > ${after} and c.created_at <= ${sql.bind(place.limit)}::timestamptz
       order by ${contactId} limit ${sql.bind(chunkSize)}
     ), ${ctes}
     select distinct ${zone} as name from contact c ${joins}`,
    sql.values,
  );
  const times = await readTimes(scope, tx, campaign.id);
  return recipientTimes(
    times,
    names.map(({ name }) => name),
  );
}
