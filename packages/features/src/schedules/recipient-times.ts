import type { TenantScope, Tx } from '@zaphub/db';
import { instantOf, isKnownZone, parseWall } from '@zaphub/types';
import { nextOpening } from './openings.ts';
import { phoneZones, prefixLengths } from './phone-zones.ts';
import type { CampaignTimes } from './set-opening.ts';

/** A contact's attribute that names their zone. */
export const zoneAttribute = 'timezone';

/** Adds a value to a statement's parameters; answers its placeholder. */
type Bind = (value: unknown) => string;

/** Pieces of SQL that find the zone of each row `c` with a contact's `phone` and `own_zone`. */
export interface ZoneSource {
  /** Common table expressions that the others refer to. */
  readonly ctes: string;
  /** Joins to `c`. */
  readonly joins: string;
  /** The name as it is written or known; may be no zone at all. */
  readonly zone: string;
}

/** The zone of a contact: from its attribute, else from its number's prefix, else the tenant's. */
export function zoneSource(bind: Bind, tenantZone: string): ZoneSource {
  const prefixes = bind([...phoneZones.keys()]);
  const zones = bind([...phoneZones.values()]);
  const names = prefixLengths.map((length) => `pz${length}`);
  return {
    ctes: `phone_zones as materialized (
      select prefix, zone from unnest(${prefixes}::text[], ${zones}::text[]) as z (prefix, zone))`,
    joins: prefixLengths
      .map(
        (length, i) =>
          `left join phone_zones ${names[i]} on ${names[i]}.prefix = substr(c.phone, 2, ${length})`,
      )
      .join('\n'),
    zone: `coalesce(nullif(c.own_zone, ''), ${names.map((name) => `${name}.zone`).join(', ')}, ${bind(tenantZone)}::text)`,
  };
}

/** When somebody in a zone may get a campaign on the recipients' clocks. */
export interface RecipientTime {
  /** As contacts have it; the zone that counts may be another, when this is none. */
  readonly name: string;
  readonly zone: string;
  /** The start on the zone's clocks, or now when that has passed; milliseconds since 1970. */
  readonly startMs: number;
  readonly dueAt: Date;
  /** The end of the opening that `dueAt` lies in; null for none. */
  readonly openUntil: Date | null;
  /** The start was missed by more than the campaign allows. */
  readonly isLate: boolean;
}

/**
 * Works out when each zone's recipients may get a campaign; a name that is no zone counts as the campaign's zone. Each zone
 * is worked out once: names come from files, in the worst case another one for every contact.
 */
export function recipientTimes(times: CampaignTimes, names: readonly string[]): RecipientTime[] {
  const known = new Map<string, ZoneTime>();
  return names.map((name) => {
    const zone = isKnownZone(name) ? name : times.timezone;
    const key = zone.toLowerCase();
    const time = known.get(key) ?? timeOf(times, zone);
    known.set(key, time);
    return { name, zone, ...time };
  });
}

type ZoneTime = Omit<RecipientTime, 'name' | 'zone'>;

function timeOf(times: CampaignTimes, zone: string): ZoneTime {
  const startMs = times.startsAt === null ? times.nowMs : instantOf(zone, parseWall(times.startsAt));
  const fromMs = Math.max(startMs, times.nowMs);
  const opening = times.hours === null ? undefined : nextOpening(times.hours, zone, fromMs, times.holidays);
  return {
    startMs: fromMs,
    dueAt: new Date(Math.max(fromMs, opening?.fromMs ?? 0)),
    openUntil: opening === undefined ? null : new Date(opening.toMs),
    isLate: times.latePolicy === 'skip' && times.nowMs - startMs > times.lateAfterMs,
  };
}

/** The numbers in whose lines a campaign's rows wait: its own, and those of its pool. */
const lines = `select connection_id from campaigns where id = $2
  union select p.connection_id from sender_pool_members p join campaigns c on c.pool_id = p.pool_id where c.id = $2`;

/**
 * Gives waiting recipients of a campaign on their own clocks their next time; answers how many.
 * @param which `expired`: those whose opening ended before they were sent; `all`: everybody who waits, after a change
 */
export async function redateRecipients(
  scope: TenantScope,
  tx: Tx,
  input: { readonly campaignId: string; readonly times: CampaignTimes; readonly which: 'expired' | 'all' },
): Promise<number> {
  const waiting = `m.tenant_id = $1 and m.campaign_id = $2 and m.retry and m.state = 'pending' and m.zone is not null
    and ($3 or m.open_until <= clock_timestamp())`;
  const values = [scope.tenantId, input.campaignId, input.which === 'all'];
  const found = await tx.rows<{ zone: string }>(
    `select distinct m.zone from messages m
     where m.connection_id = any(array(${lines})) and ${waiting}`,
    values,
  );
  if (found.length === 0) return 0;
  const times = recipientTimes(
    input.times,
    found.map(({ zone }) => zone),
  );
  return tx.run(
    `update messages m set due_at = t.due_at, open_until = t.open_until
     from unnest($4::text[], $5::timestamptz[], $6::timestamptz[]) as t (zone, due_at, open_until)
     where m.connection_id = any(array(${lines})) and ${waiting} and t.zone = m.zone`,
    [
      ...values,
      times.map((time) => time.name),
      times.map((time) => time.dueAt),
      times.map((time) => time.openUntil),
    ],
  );
}
