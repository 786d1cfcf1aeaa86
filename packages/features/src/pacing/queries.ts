import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type NumberLimits, type TenantLimits } from '@zaphub/types';
import { sentOnDay } from './sent-today.ts';

/** Reads a number's limits. @throws AppError `not_found` */
export async function readNumberLimits(
  scope: TenantScope,
  tx: Tx,
  connectionId: string,
): Promise<NumberLimits> {
  const row = await tx.maybeOne<NumberLimits>(
    `select s.rate_per_second::float8 as rate_per_second,
       app.connection_rate(s.provider, s.rate_per_second, app.pace_share(h.pace_share01, l.slow_steps, l.slowed_at)) as rate_now,
       s.jitter01::float8 as jitter01, s.daily_cap, s.timezone, s.warm_up, s.warm_up_from::text as warm_up_from, s.unanswered_limit,
       d.day::text as today, d.cap as cap_today,
       case when d.cap is not null then greatest(0, d.cap - ${sentOnDay('d.day')}) end as left_today
     from connections s join tenants t on t.id = s.tenant_id
       left join number_health h on h.connection_id = s.id left join lanes l on l.connection_id = s.id cross join lateral (
       select day, app.day_cap(s.daily_cap, s.warm_up, s.warm_up_from, day) as cap
       from (select (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date as day) today
     ) d
     where s.tenant_id = $1 and s.id = $2 and s.deleted_at is null`,
    [scope.tenantId, connectionId],
  );
  if (row === undefined) throw new AppError('not_found', 'no such connection');
  return row;
}

/** Reads what holds for all numbers of the tenant. */
export function readTenantLimits(scope: TenantScope, tx: Tx): Promise<TenantLimits> {
  return tx.one<TenantLimits>(
    `select rate_per_second::float8 as rate_per_second, frequency_cap, frequency_days, frequency_policy
     from tenants where id = $1`,
    [scope.tenantId],
  );
}
