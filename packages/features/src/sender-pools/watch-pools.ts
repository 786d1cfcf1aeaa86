import type { Database } from '@zaphub/db';
import type { ReconcileStep } from '../reconciler/index.ts';

/*
 * A number is out of its pools while it cannot send: not connected, held, taken away, or at its cap for the day. Since
 * when is kept, because the others take over its contacts only after the pool's patience.
 */
const watch = `
update sender_pool_members p set stopped_at = case when now.can_send then null else clock_timestamp() end
from connections s join tenants t on t.id = s.tenant_id
  cross join lateral (
    select app.can_send(s.status, s.hold_cause, s.hold_until) and s.deleted_at is null and coalesce((
      select d.sent < app.day_cap(s.daily_cap, s.warm_up, s.warm_up_from, d.day) from connection_days d
      where d.tenant_id = s.tenant_id and d.connection_id = s.id
        and d.day = (clock_timestamp() at time zone coalesce(s.timezone, t.timezone))::date), true) as can_send
  ) now
where s.tenant_id = p.tenant_id and s.id = p.connection_id and (p.stopped_at is null) <> now.can_send`;

/** The reconciler's step that notices which numbers of pools have stopped, and which are back. */
export function watchPools(deps: { readonly db: Database }): ReconcileStep {
  return { name: 'watch-pools', run: () => deps.db.system((tx) => tx.run(watch)) };
}
