import type { TenantScope, Tx } from '@zaphub/db';
import type { Audience } from '@zaphub/types';
import { getCountries, getCountryCallingCode, Metadata } from 'libphonenumber-js/max';
import { audienceSource } from './audience-source.ts';
import { isReachable } from './skip-reason.ts';
import { sqlValues } from './sql-values.ts';

/** What else may be wrong with the contacts of an audience who would get a message. */
export interface AudienceProblems {
  /** Numbers of no country, or of a length that their country does not have. */
  invalid: number;
  /** Numbers that are another's without or with Brazil's ninth digit: the same phone gets it twice. */
  duplicates: number;
  /** Have had as many campaigns as the tenant allows in its days. */
  capped: number;
  /** Whoever is capped is left out, instead of getting it later. */
  skipsCapped: boolean;
}

/** Possible lengths of the numbers after each calling code, as bits. */
const lengthsByCode: ReadonlyMap<string, number> = readLengths();

function readLengths(): Map<string, number> {
  const metadata = new Metadata();
  const lengths = new Map<string, number>();
  for (const country of getCountries()) {
    metadata.selectNumberingPlan(country);
    const code = getCountryCallingCode(country);
    for (const length of metadata.numberingPlan?.possibleLengths() ?? []) {
      lengths.set(code, (lengths.get(code) ?? 0) | (1 << length));
    }
  }
  return lengths;
}

/** Looks for them in one pass over the audience. */
export async function countProblems(
  scope: TenantScope,
  tx: Tx,
  audience: Audience,
): Promise<AudienceProblems> {
  const sql = sqlValues();
  const { from } = audienceSource(scope, audience, sql);
  const codes = sql.bind([...lengthsByCode.keys()]);
  const masks = sql.bind([...lengthsByCode.values()]);
  const tenant = sql.bind(scope.tenantId);
  return tx.one<AudienceProblems>(
    `with tenant as materialized (
       select frequency_cap as cap, frequency_policy = 'skip' as skips,
         (clock_timestamp() at time zone timezone)::date - frequency_days as since
       from tenants where id = ${tenant}
     ), code as materialized (
       select * from unnest(${codes}::text[], ${masks}::int[]) as k (code, mask)
     ), had as materialized (
       -- What the parts of a person have had counts for the person.
       select coalesce(p.merged_into, n.contact_id) as contact_id from tenant, contact_sends n
         left join contacts p on p.tenant_id = ${tenant} and p.id = n.contact_id and p.merged_into is not null
       where n.tenant_id = ${tenant} and tenant.cap is not null and n.day > tenant.since
       group by 1, tenant.cap having sum(n.sent) >= tenant.cap
     ), reachable as materialized (
       select c.id, c.phone from ${from} and ${isReachable}
     )
     select
       count(*) filter (where c.phone is not null
         and coalesce((coalesce(k1.mask, k2.mask, k3.mask) >> (length(c.phone) - 1 -
           case when k1.mask is not null then 1 when k2.mask is not null then 2 else 3 end)) & 1, 0) = 0) as invalid,
       count(c.phone) - count(distinct case
         when c.phone like '+55%' and length(c.phone) = 13 and substr(c.phone, 6, 1) between '6' and '9'
         then left(c.phone, 5) || '9' || substr(c.phone, 6) else c.phone end) as duplicates,
       count(h.contact_id) as capped, (select skips from tenant) as "skipsCapped"
     from reachable c
       left join code k1 on k1.code = substr(c.phone, 2, 1)
       left join code k2 on k2.code = substr(c.phone, 2, 2)
       left join code k3 on k3.code = substr(c.phone, 2, 3)
       left join had h on h.contact_id = c.id`,
    sql.values,
  );
}
