import type { Database, TenantScope, Tx } from '@zaphub/db';
import {
  AppError,
  type NumberLimits,
  type NumberLimitsPatch,
  standardWarmUp,
  toPublicId,
} from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { readNumberLimits } from '../queries.ts';

/**
 * Changes a number's rate, caps, warm-up, zone and jitter; what is not given stays. A warm-up begins today, in the number's
 * zone, unless a day is given. Lanes that sleep because of what changed are woken by the database.
 * @throws AppError `not_found`, `bad_request` for a zone that the database does not know
 */
export async function setNumberLimits(
  deps: { readonly db: Database },
  scope: TenantScope,
  { connectionId, patch }: { readonly connectionId: string; readonly patch: NumberLimitsPatch },
): Promise<NumberLimits> {
  return deps.db.tenant(scope, async (tx) => {
    await readNumberLimits(scope, tx, connectionId);
    if (patch.timezone !== undefined && patch.timezone !== null) await assertZone(tx, patch.timezone);
    const warmUp = patch.warm_up === 'standard' ? standardWarmUp : patch.warm_up;
    await tx.run(
      `update connections s set
         jitter01 = case when $3 then $4::numeric else s.jitter01 end,
         daily_cap = case when $5 then $6::int else s.daily_cap end,
         timezone = case when $7 then $8::text else s.timezone end,
         warm_up = case when $9 then $10::int[] else s.warm_up end,
         warm_up_from = case when $9 and $10::int[] is null then null
           else coalesce($11::date, case when $9 then (clock_timestamp() at time zone coalesce(
             case when $7 then $8::text else s.timezone end, t.timezone))::date else s.warm_up_from end) end,
         unanswered_limit = case when $12 then $13::int else s.unanswered_limit end,
         rate_per_second = case when $14 then $15::numeric else s.rate_per_second end
       from tenants t where t.id = s.tenant_id and s.tenant_id = $1 and s.id = $2`,
      [
        scope.tenantId,
        connectionId,
        patch.jitter01 !== undefined,
        patch.jitter01 ?? null,
        patch.daily_cap !== undefined,
        patch.daily_cap ?? null,
        patch.timezone !== undefined,
        patch.timezone ?? null,
        warmUp !== undefined,
        warmUp ?? null,
        patch.warm_up_from ?? null,
        patch.unanswered_limit !== undefined,
        patch.unanswered_limit ?? null,
        patch.rate_per_second !== undefined,
        patch.rate_per_second ?? null,
      ],
    );
    if (patch.daily_cap !== undefined || warmUp !== undefined) await countToday(tx, scope, connectionId);
    await audit(tx, scope, {
      action: 'connections.limits',
      subject: toPublicId('connection', connectionId),
      details: { ...patch },
    });
    return readNumberLimits(scope, tx, connectionId);
  });
}

/** What left today while no cap was in force counts against the one that is now. */
async function countToday(tx: Tx, scope: TenantScope, connectionId: string): Promise<void> {
  await tx.run(
    `update connection_days d set cap = greatest(d.cap, now.cap), sent = greatest(d.sent, least(now.cap, (
         select sum(n.sent) from number_counts n where n.tenant_id = d.tenant_id and n.connection_id = d.connection_id
           and n.slot >= d.day::timestamp at time zone now.zone)))
     from (
       select today.zone, today.day, app.day_cap(s.daily_cap, s.warm_up, s.warm_up_from, today.day) as cap
       from connections s join tenants t on t.id = s.tenant_id, lateral (
         select coalesce(s.timezone, t.timezone) as zone,
           (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date as day) today
       where s.tenant_id = $1 and s.id = $2
     ) now
     where d.tenant_id = $1 and d.connection_id = $2 and d.day = now.day and now.cap is not null`,
    [scope.tenantId, connectionId],
  );
}

/** This runtime and the database need not know the same zones; the day of a cap is the database's. */
async function assertZone(tx: Tx, zone: string): Promise<void> {
  const known = await tx.run('select from pg_timezone_names where name = $1', [zone]);
  if (known === 0) throw new AppError('bad_request', `the database does not know the time zone ${zone}`);
}
