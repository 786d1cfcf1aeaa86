import type { TenantScope, Tx } from '@zaphub/db';
import type { HealthCause } from './judge.ts';

/** How a number does, and what that is judged by. */
export interface NumberHealth {
  readonly state: 'good' | 'slowed' | 'stopped';
  /** 100 for a number without any trouble. */
  readonly score: number;
  readonly cause: HealthCause | null;
  /** The share of its rate at which it goes on. */
  readonly paceShare01: number;
  readonly since: Date | null;
  readonly hour: { readonly sent: number; readonly failed: number; readonly blocked: number };
  readonly week: {
    readonly sent: number;
    readonly failed: number;
    readonly blocked: number;
    readonly replied: number;
  };
  readonly unansweredLimit: number | null;
}

/** Reads the health of a number; `undefined` when the tenant has no such connection. */
export function readHealth(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
): Promise<NumberHealth | undefined> {
  return tx.maybeOne<NumberHealth>(
    `select coalesce(h.state, 'good') as state, coalesce(h.score, 100) as score, h.cause,
       coalesce(h.pace_share01, 1)::float8 as "paceShare01", h.since, s.unanswered_limit as "unansweredLimit",
       json_build_object('sent', sum(n.sent) filter (where is_hour), 'failed', sum(n.failed) filter (where is_hour),
         'blocked', sum(n.blocked) filter (where is_hour)) as hour,
       json_build_object('sent', sum(n.sent), 'failed', sum(n.failed), 'blocked', sum(n.blocked), 'replied', sum(n.replied)) as week
     from connections s left join number_health h on h.connection_id = s.id
       cross join lateral (
         select 0 as sent, 0 as failed, 0 as blocked, 0 as replied, true as is_hour
         union all
         select sent, failed, blocked, replied, slot > clock_timestamp() - interval '1 hour' from number_counts c
         where c.tenant_id = s.tenant_id and c.connection_id = s.id and c.slot > clock_timestamp() - interval '7 days'
       ) n
     where s.tenant_id = $1 and s.id = $2
     group by s.id, h.connection_id`,
    [scope.tenantId, connectionId],
  );
}
