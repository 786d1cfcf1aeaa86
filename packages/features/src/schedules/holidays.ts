import type { TenantScope, Tx } from '@zaphub/db';
import { type Holiday, type SendingHours, wallAt } from '@zaphub/types';
import { nationalDays } from './national-days.ts';

/** The tenant's own days without sending, in order. */
export function listHolidays(scope: TenantScope, tx: Tx): Promise<Holiday[]> {
  return tx.rows<Holiday>(
    `select to_char(day, 'YYYY-MM-DD') as day, name from holidays where tenant_id = $1 order by day limit 1000`,
    [scope.tenantId],
  );
}

/** Puts another list in the place of the tenant's; a day that is there twice counts once. */
export async function replaceHolidays(
  scope: TenantScope,
  tx: Tx,
  holidays: readonly Holiday[],
): Promise<void> {
  await tx.run('delete from holidays where tenant_id = $1', [scope.tenantId]);
  await tx.run(
    `insert into holidays (tenant_id, day, name)
     select $1, day, name from unnest($2::date[], $3::text[]) as h (day, name) on conflict do nothing`,
    [scope.tenantId, holidays.map((each) => each.day), holidays.map((each) => each.name)],
  );
}

/**
 * The name of the day without sending that an instant lies in, on a zone's calendar; `undefined` for any other day, and
 * an empty name for one that the hours list without a name.
 * @param own the tenant's days
 */
export function holidayName(
  hours: SendingHours,
  own: readonly Holiday[],
  zone: string,
  atMs: number,
): string | undefined {
  const day = new Date(wallAt(zone, atMs)).toISOString().slice(0, 10);
  const country = hours.holiday_country;
  const national = country === null ? undefined : nationalDays(country, Number(day.slice(0, 4))).get(day);
  return (
    own.find((each) => each.day === day)?.name ?? national ?? (hours.holidays.includes(day) ? '' : undefined)
  );
}
