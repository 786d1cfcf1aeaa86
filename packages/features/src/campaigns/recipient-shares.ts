import type { TenantScope, Tx } from '@zaphub/db';
import type { Audience } from '@zaphub/types';
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
  const all = rows.reduce((sum, row) => sum + row.recipients, 0);
  const due = recipientTimes(
    times,
    rows.map(({ name }) => name),
  );
  return due.map(({ zone: of, dueAt, isLate, startMs }, i) => {
    const recipients = rows[i]?.recipients ?? 0;
    return { zone: of, recipients, share01: recipients / all, fromMs: startMs, isLate, dueAt };
  });
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
