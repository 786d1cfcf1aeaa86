import type { TenantScope, Tx } from '@zaphub/db';
import { Secret } from '@zaphub/providers';
import type { KeyRing } from './key-ring.ts';
import { openSecret, sealSecret } from './seal.ts';

interface CredentialRow {
  tenantId: string;
  name: string;
  sealed: Buffer;
}

/**
 * Everything that a connection keeps secret, by its name, such as `access_token`; empty for one without any. A
 * change of them is told on the channel `zaphub_credentials` with the connection's UUID.
 * @throws AppError `credentials_locked`
 */
export async function readCredentials(
  tx: Tx,
  ring: KeyRing,
  connectionId: string,
): Promise<Record<string, Secret>> {
  const rows = await tx.rows<CredentialRow>(
    `select tenant_id as "tenantId", name, sealed from connection_credentials where connection_id = $1`,
    [connectionId],
  );
  return Object.fromEntries(
    rows.map(({ tenantId, name, sealed }) => [
      name,
      new Secret(openSecret(ring, sealed, { tenantId, connectionId, name }).toString('utf8')),
    ]),
  );
}

/**
 * Keeps those that are given and leaves the others as they are; `null` forgets one.
 * @throws AppError `credentials_locked`
 */
export async function writeCredentials(
  tx: Tx,
  ring: KeyRing,
  scope: TenantScope,
  input: { readonly connectionId: string; readonly values: Readonly<Record<string, Secret | null>> },
): Promise<void> {
  const { connectionId, values } = input;
  for (const [name, value] of Object.entries(values)) {
    const where = [scope.tenantId, connectionId, name];
    if (value === null) {
      await tx.run(
        'delete from connection_credentials where tenant_id = $1 and connection_id = $2 and name = $3',
        where,
      );
      continue;
    }
    const sealed = sealSecret(ring, value.reveal(), { tenantId: scope.tenantId, connectionId, name });
    await tx.run(
      `insert into connection_credentials (tenant_id, connection_id, name, sealed) values ($1, $2, $3, $4)
       on conflict (connection_id, name) do update set sealed = excluded.sealed, updated_at = clock_timestamp()`,
      [...where, sealed],
    );
  }
}
