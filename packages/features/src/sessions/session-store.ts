import type { Database, Tx } from '@zaphub/db';
import type { SessionStore } from '@zaphub/providers';
import { AppError } from '@zaphub/types';
import { type KeyRing, openSecret, sealSecret } from '../credentials/index.ts';
import type { SessionLease } from './session-lease.ts';

/**
 * Keeps what one session must not lose in the database: sealed, in transactions, and only for as long as this process
 * holds the session. A writer that has lost it fails with `conflict` and changes nothing, so that two processes never
 * mix their keys.
 */
export function createSessionStore(
  deps: { readonly db: Database; readonly ring: KeyRing },
  lease: SessionLease,
): SessionStore {
  const { db, ring } = deps;
  const { tenantId, connectionId } = lease;
  const fenced = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    db.system(async (tx) => {
      // Locked until the commit: whoever takes the session over waits for it, and then reads what it wrote.
      const held = await tx.rows(
        `select from connection_sessions
         where tenant_id = $1 and connection_id = $2 and fence = $3 and lease_until > clock_timestamp() for share`,
        [tenantId, connectionId, lease.fence],
      );
      if (held.length === 0)
        throw new AppError('conflict', 'the session is not held by this process any more');
      return work(tx);
    });

  return {
    async read(names) {
      if (names.length === 0) return new Map();
      const rows = await db.statement<{ name: string; sealed: Buffer }>(
        'session_keys_read',
        'select name, sealed from session_keys where connection_id = $1 and tenant_id = $2 and name = any($3::text[])',
        [connectionId, tenantId, names],
      );
      return new Map(
        rows.map(({ name, sealed }) => [name, openSecret(ring, sealed, { tenantId, connectionId, name })]),
      );
    },
    async write(changes) {
      const gone = [...changes].filter(([, value]) => value === undefined).map(([name]) => name);
      const kept = [...changes].flatMap(([name, value]) =>
        value === undefined
          ? []
          : [{ name, sealed: sealSecret(ring, value, { tenantId, connectionId, name }) }],
      );
      await fenced(async (tx) => {
        if (gone.length > 0) {
          await tx.run('delete from session_keys where connection_id = $1 and name = any($2::text[])', [
            connectionId,
            gone,
          ]);
        }
        if (kept.length === 0) return;
        await tx.run(
          `insert into session_keys (tenant_id, connection_id, name, sealed)
           select $1, $2, name, sealed from unnest($3::text[], $4::bytea[]) as k (name, sealed)
           on conflict (connection_id, name) do update set sealed = excluded.sealed`,
          [tenantId, connectionId, kept.map(({ name }) => name), kept.map(({ sealed }) => sealed)],
        );
      });
    },
    async clear() {
      await fenced((tx) => tx.run('delete from session_keys where connection_id = $1', [connectionId]));
    },
  };
}
