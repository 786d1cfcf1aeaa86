import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@zaphub/db';
import type { TestTenant } from '@zaphub/testing';
import type { ConnectionProvider, ConnectionStatus } from '@zaphub/types';

/** For tests: a connection that must be logged in, with its lane; answers its UUID. */
export async function createSessionConnection(
  system: Database,
  tenant: TestTenant,
  options: { readonly provider?: ConnectionProvider; readonly place?: 'socket' | 'gateway' } = {},
): Promise<string> {
  return system.system(async (tx) => {
    const { id } = await tx.one<{ id: string }>(
      `insert into connections (tenant_id, name, provider, status) values ($1, 'Loja', $2, 'created') returning id`,
      [tenant.tenantId, options.provider ?? 'baileys'],
    );
    await tx.run('insert into lanes (connection_id, tenant_id) values ($1, $2)', [id, tenant.tenantId]);
    await tx.run('insert into connection_sessions (connection_id, tenant_id, place) values ($1, $2, $3)', [
      id,
      tenant.tenantId,
      options.place ?? 'socket',
    ]);
    return id;
  });
}

/** For tests: how a connection is now. */
export async function readStatus(
  system: Database,
  connectionId: string,
): Promise<{ status: ConnectionStatus; cause: string | null }> {
  return system.system((tx) =>
    tx.one('select status, status_cause as cause from connections where id = $1', [connectionId]),
  );
}

/** For tests: waits until something is so, and says what it is instead when it does not become so. */
export async function until<T>(
  read: () => T | Promise<T>,
  isSo: (value: T) => boolean,
  withinMs = 5_000,
): Promise<T> {
  const giveUpAtMs = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isSo(value)) return value;
    if (performance.now() > giveUpAtMs) throw new Error(`it is still ${JSON.stringify(value)}`);
    await pause(10);
  }
}
