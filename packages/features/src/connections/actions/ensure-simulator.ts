import type { Database, TenantScope } from '@zaphub/db';

/** Makes sure that the tenant has a simulator connection with its lane; answers the connection's UUID. */
export async function ensureSimulator(deps: { db: Database }, scope: TenantScope): Promise<string> {
  return deps.db.tenant(scope, async (tx) => {
    // One at a time per tenant: two callers must not make two.
    await tx.rows(`select pg_advisory_xact_lock(hashtextextended('ensure-simulator ' || $1, 0))`, [
      scope.tenantId,
    ]);
    const found = await tx.rows<{ id: string }>(
      `select id from connections where tenant_id = $1 and provider = 'simulator' and deleted_at is null order by id limit 1`,
      [scope.tenantId],
    );
    if (found[0]) return found[0].id;
    const made = await tx.one<{ id: string }>(
      `insert into connections (tenant_id, name, provider) values ($1, 'Simulator', 'simulator') returning id`,
      [scope.tenantId],
    );
    await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [made.id, scope.tenantId]);
    return made.id;
  });
}
