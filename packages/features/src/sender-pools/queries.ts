import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';

/** A pool as it is stored, with its numbers. */
export interface SenderPoolRow {
  id: string;
  name: string;
  sticky: boolean;
  failover_after_s: number;
  created_at: Date;
  members: { connection_id: string; weight: number; stopped_at: string | null }[];
}

const select = `
select o.id, o.name, o.sticky, o.failover_after_s, o.created_at, coalesce((
  select json_agg(json_build_object('connection_id', m.connection_id, 'weight', m.weight, 'stopped_at', m.stopped_at)
    order by m.connection_id)
  from sender_pool_members m where m.tenant_id = o.tenant_id and m.pool_id = o.id), '[]') as members
from sender_pools o where o.tenant_id = $1 and o.deleted_at is null`;

/** All pools of the tenant (a handful), oldest first. */
export function listSenderPools(scope: TenantScope, tx: Tx): Promise<SenderPoolRow[]> {
  return tx.rows<SenderPoolRow>(`${select} order by o.id limit 1000`, [scope.tenantId]);
}

/** Reads one pool. @throws AppError `not_found` when this tenant has none with that id */
export async function getSenderPool(scope: TenantScope, tx: Tx, id: string): Promise<SenderPoolRow> {
  const row = await tx.maybeOne<SenderPoolRow>(`${select} and o.id = $2`, [scope.tenantId, id]);
  if (row === undefined) throw new AppError('not_found', 'no such pool');
  return row;
}
