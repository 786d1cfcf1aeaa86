import type { TenantScope, Tx } from '@zaphub/db';
import { type Audience, isKnownZone } from '@zaphub/types';
import { audienceSource, isReachable, sqlValues } from '../audiences/index.ts';
import { type CampaignTimes, recipientTimes, zoneAttribute, zoneSource } from '../schedules/index.ts';
import type { RecipientShare } from './sending-limits.ts';

/** Recipients of one zone, with what the zone means for them. */
export interface ZoneShare extends RecipientShare {
  readonly recipients: number;
  /** The start was missed by more than the campaign allows: they get nothing. */
  readonly isLate: boolean;
  /** When the first of them may get it; the start, or the opening after it. */
  readonly dueAt: Date;
}

/**
 * How an audience is spread over the zones of its people, as far as it can be written to, and when each zone begins: a
 * pass over the whole audience, for somebody who asks before a start.
 */
export async function readZoneShares(
  scope: TenantScope,
  tx: Tx,
  audience: Audience,
  times: CampaignTimes,
): Promise<ZoneShare[]> {
  const sql = sqlValues();
  const { from } = audienceSource(scope, audience, sql);
  const { ctes, joins, zone } = zoneSource(sql.bind, times.timezone);
  const rows = await tx.rows<{ name: string; recipients: number }>(
    `with contact as materialized (
       select c.phone, c.attributes ->> '${zoneAttribute}' as own_zone from ${from} and ${isReachable}
     ), ${ctes}
     select ${zone} as name, count(*) as recipients from contact c ${joins} group by 1 order by 2 desc, 1`,
    sql.values,
  );
  const groups = byZone(rows, times.timezone);
  const all = groups.reduce((sum, group) => sum + group.recipients, 0);
  const due = recipientTimes(
    times,
    groups.map(({ zone: of }) => of),
  );
  return due.map(({ zone: of, dueAt, isLate, startMs }, i) => {
    const recipients = groups[i]?.recipients ?? 0;
    return { zone: of, recipients, share01: recipients / all, fromMs: startMs, isLate, dueAt };
  });
}

/** There are some 600 zones. Names come from files, in the worst case another one for every contact. */
const mostNames = 2_000;

/**
 * Each zone once, the largest first: contacts may name it in any case, and what is no zone counts as the campaign's. So do
 * the rarest of very many names: each is looked up, while everybody else waits.
 * @param rows the most frequent names first
 */
function byZone(
  rows: readonly { readonly name: string; readonly recipients: number }[],
  campaignZone: string,
): { readonly zone: string; recipients: number }[] {
  const groups = new Map<string, { readonly zone: string; recipients: number }>();
  for (const [nth, { name, recipients }] of rows.entries()) {
    const zone = nth < mostNames && isKnownZone(name) ? name : campaignZone;
    const key = zone.toLowerCase();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { zone, recipients });
    else group.recipients += recipients;
  }
  return [...groups.values()].sort((a, b) => b.recipients - a.recipients);
}

/** How many of an audience can be written to. */
export async function countReachable(scope: TenantScope, tx: Tx, audience: Audience): Promise<number> {
  const sql = sqlValues();
  const { from } = audienceSource(scope, audience, sql);
  const { count } = await tx.one<{ count: number }>(
    `select count(*) from ${from} and ${isReachable}`,
    sql.values,
  );
  return count;
}
