import type { TenantScope, Tx } from '@zaphub/db';
import type { Connection } from '@zaphub/types';

/** A connection as it is stored. */
export interface ConnectionRow {
  id: string;
  name: string;
  provider: Connection['provider'];
  status: Connection['status'];
  /** Messages a second; `numeric` comes as text. */
  rate_per_second: string | null;
}

const columns = 'id, name, provider, status, rate_per_second';

/** All connections of the tenant (a handful), oldest first. */
export async function listConnections(scope: TenantScope, tx: Tx): Promise<ConnectionRow[]> {
  return tx.rows<ConnectionRow>(
    `select ${columns} from connections where tenant_id = $1 order by id limit 1000`,
    [scope.tenantId],
  );
}

/** The named connection, or the tenant's first; `undefined` when there is none. */
export async function findConnection(
  scope: TenantScope,
  tx: Tx,
  id: string | undefined,
): Promise<ConnectionRow | undefined> {
  return tx.maybeOne<ConnectionRow>(
    `select ${columns} from connections where tenant_id = $1 and ($2::uuid is null or id = $2) order by id limit 1`,
    [scope.tenantId, id ?? null],
  );
}
