import type { TenantScope, Tx } from '@zaphub/db';

/** The reason of a message that is not sent because its contact was merged with one that gets it already. */
const duplicateReason = 'duplicate_contact';

/*
 * Invariants: of the rows that one campaign has for two contacts who are one person, at most one leaves after this
 * transaction has committed. Rows that are on their way or may have left are not touched; of the others the one that
 * a lane holds stays, else the kept contact's. A row that a lane has claimed but not marked may be skipped: the mark
 * demands `claimed`. Locked by id, before they are judged.
 */
const text = `
with locked as materialized (
  select m.id, m.campaign_id, m.contact_id, m.state, m.lost_outcomes from campaigns c
    join messages m on m.campaign_id = c.id and m.contact_id = any($2::uuid[] || $3::uuid[]) and not m.direct
  where c.tenant_id = $1 and c.kind = 'campaign' and c.status in ('scheduled', 'preparing', 'running', 'paused')
    and m.state not in ('skipped', 'failed', 'dlq')
  order by m.id for update of m
), ranked as (
  select l.*, l.state in ('pending', 'claimed') and l.lost_outcomes = 0 as can_stay,
    row_number() over (partition by campaign_id order by
      not (l.state in ('pending', 'claimed') and l.lost_outcomes = 0) desc, l.state = 'claimed' desc,
      l.contact_id = any($2::uuid[]) desc, l.id) as nth
  from locked l
), skipped as (
  update messages m set state = 'skipped', queued = false, retry = false, reason = '${duplicateReason}'
  from ranked r where m.id = r.id and r.nth > 1 and r.can_stay
  returning m.id, m.campaign_id
), counted as (
  update campaign_counters n set skipped = n.skipped + s.skipped, updated_at = clock_timestamp()
  from (select campaign_id, count(*) as skipped from skipped group by 1) s where n.campaign_id = s.campaign_id
)
select id from skipped`;

/** Leaves one message of each campaign under way that would write to both; answers the ones that are skipped. */
export async function skipDuplicates(
  tx: Tx,
  scope: TenantScope,
  families: { kept: readonly string[]; merged: readonly string[] },
): Promise<string[]> {
  // A campaign that is being prepared may be writing down one of them at this moment: its transaction is waited for.
  await tx.run(
    `select from campaigns where tenant_id = $1 and kind = 'campaign' and status = 'preparing' order by id for share`,
    [scope.tenantId],
  );
  const rows = await tx.rows<{ id: string }>(text, [scope.tenantId, families.kept, families.merged]);
  return rows.map((row) => row.id);
}

/**
 * Puts such messages back into the queue, where their campaign is still under way. As retries, wherever the campaign's
 * head is: a claim that is moving it past them at this moment does not see them, and a retry is always found.
 */
export async function unskipDuplicates(tx: Tx, scope: TenantScope, ids: readonly string[]): Promise<void> {
  await tx.run(
    `with live as materialized (
       select m.id from messages m join campaigns c on c.id = m.campaign_id and c.tenant_id = $1
       where m.tenant_id = $1 and m.id = any($2::uuid[]) and m.state = 'skipped' and m.reason = '${duplicateReason}'
         and c.status in ('preparing', 'running', 'paused')
       for update of m
     ), back as (
       update messages m set state = 'pending', queued = true, retry = true, reason = null, due_at = clock_timestamp()
       from live where m.id = live.id returning m.campaign_id
     )
     update campaign_counters n set skipped = n.skipped - b.n, updated_at = clock_timestamp()
     from (select campaign_id, count(*) as n from back group by 1) b where n.campaign_id = b.campaign_id`,
    [scope.tenantId, ids],
  );
}
