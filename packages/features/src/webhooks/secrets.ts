import { createHash } from 'node:crypto';
import type { TenantScope, Tx } from '@zaphub/db';
import { Secret } from '@zaphub/providers';
import { type KeyRing, openSecret, sealSecret } from '../credentials/index.ts';
import { createSecret } from './sign.ts';

/** During a change both secrets sign for so long, so that a receiver can change without losing anything. */
const overlapHours = 24;

interface SecretRow {
  name: string;
  sealed: Buffer;
}

/** The secrets that sign for an endpoint now, the newest first. @throws AppError `credentials_locked` */
export async function readSecrets(
  tx: Tx,
  ring: KeyRing,
  scope: TenantScope,
  endpointId: string,
): Promise<Secret[]> {
  const rows = await tx.rows<SecretRow>(
    `select name, sealed from webhook_secrets
     where tenant_id = $1 and endpoint_id = $2 and (expires_at is null or expires_at > clock_timestamp())
     order by expires_at desc nulls first`,
    [scope.tenantId, endpointId],
  );
  return rows.map(
    ({ name, sealed }) =>
      new Secret(openSecret(ring, sealed, contextOf(scope, endpointId, name)).toString('utf8')),
  );
}

/**
 * Gives an endpoint a new secret; the one before signs for another day, older ones no more. Asked for again under the
 * same key it changes nothing.
 * @returns the secret; `undefined` when the key was used before
 * @throws AppError `credentials_locked`
 */
export async function addSecret(
  tx: Tx,
  ring: KeyRing,
  scope: TenantScope,
  input: { readonly endpointId: string; readonly requestKey: string },
): Promise<Secret | undefined> {
  const { endpointId } = input;
  const name = createHash('sha256').update(input.requestKey).digest('hex').slice(0, 32);
  const where = [scope.tenantId, endpointId];
  await tx.run('select from webhook_endpoints where tenant_id = $1 and id = $2 for update', where);
  const known = await tx.run(
    'select from webhook_secrets where tenant_id = $1 and endpoint_id = $2 and name = $3',
    [...where, name],
  );
  if (known > 0) return undefined;
  await tx.run(
    'delete from webhook_secrets where tenant_id = $1 and endpoint_id = $2 and expires_at is not null',
    where,
  );
  await tx.run(
    `update webhook_secrets set expires_at = clock_timestamp() + make_interval(hours => ${overlapHours})
     where tenant_id = $1 and endpoint_id = $2`,
    where,
  );
  const secret = createSecret();
  await tx.run('insert into webhook_secrets (tenant_id, endpoint_id, name, sealed) values ($1, $2, $3, $4)', [
    ...where,
    name,
    sealSecret(ring, secret.reveal(), contextOf(scope, endpointId, name)),
  ]);
  return secret;
}

function contextOf(
  { tenantId }: TenantScope,
  endpointId: string,
  name: string,
): Parameters<typeof sealSecret>[2] {
  // Seals know the owner of a secret by one name, whatever kind of thing it is.
  return { tenantId, connectionId: endpointId, name };
}
