import { type Database, systemScope } from '@zaphub/db';
import { type Connection, type ConnectionRegistry, connectionTtlMs } from './connection-registry.ts';

interface Row {
  readonly id: string;
  readonly instance: string;
  readonly userId: string | null;
  readonly connectedAt: Date;
}

/**
 * The connections of all instances in a table: each tenant's rows are written and read through its own scope, and only
 * numbers are read of all tenants together.
 * @param db the api's own login is enough
 * @throws AppError `unavailable` from any call
 */
export function createPostgresConnectionRegistry(
  db: Pick<Database, 'tenant' | 'system'>,
  options: { ttlMs?: number; now?: () => number } = {},
): ConnectionRegistry {
  const { ttlMs = connectionTtlMs, now = Date.now } = options;
  const summary: ConnectionRegistry['summary'] = () =>
    db.system((tx) =>
      tx.rows('select instance, streams, tenants from app.stream_counts($1) order by instance', [
        new Date(now()),
      ]),
    );
  return {
    async keep(connections) {
      const expiresAt = new Date(now() + ttlMs);
      for (const [tenantId, ofTenant] of Map.groupBy(connections, (each) => each.tenantId)) {
        await db.tenant(systemScope(tenantId), (tx) =>
          tx.run(
            `insert into event_streams (tenant_id, id, instance, user_id, connected_at, expires_at)
             select $1, id, instance, user_id, connected_at, $6
             from unnest($2::text[], $3::text[], $4::uuid[], $5::timestamptz[]) as c (id, instance, user_id, connected_at)
             on conflict (tenant_id, id) do update set expires_at = excluded.expires_at`,
            [
              tenantId,
              ofTenant.map(({ id }) => id),
              ofTenant.map(({ instance }) => instance),
              ofTenant.map(({ userId }) => userId ?? null),
              ofTenant.map(({ connectedAt }) => connectedAt),
              expiresAt,
            ],
          ),
        );
      }
    },
    async remove(connections) {
      for (const [tenantId, ofTenant] of Map.groupBy(connections, (each) => each.tenantId)) {
        await db.tenant(systemScope(tenantId), (tx) =>
          tx.run('delete from event_streams where tenant_id = $1 and id = any($2::text[])', [
            tenantId,
            ofTenant.map(({ id }) => id),
          ]),
        );
      }
    },
    list: (tenantId) =>
      db.tenant(systemScope(tenantId), async (tx) => {
        const rows = await tx.rows<Row>(
          `select id, instance, user_id as "userId", connected_at as "connectedAt" from event_streams
           where tenant_id = $1 and expires_at > $2`,
          [tenantId, new Date(now())],
        );
        return rows.map(({ userId, ...row }): Connection => ({
          ...row,
          tenantId,
          userId: userId ?? undefined,
        }));
      }),
    summary,
    count: async () => (await summary()).reduce((sum, { streams }) => sum + streams, 0),
    cleanup: () =>
      db.system(async (tx) => {
        const { n } = await tx.one<{ n: number }>('select app.delete_old_streams($1) as n', [
          new Date(now()),
        ]);
        return n;
      }),
  };
}
