import type { TenantScope, Tx } from '@zaphub/db';
import { keyReused } from './key-reused.ts';

/**
 * The id of what a key made before, for something that notes its key in the transaction that makes it, and so does not
 * happen twice even when the answer to it was lost.
 * @throws AppError `idempotency_key_reused` when it made something else
 */
export async function subjectOf(
  scope: TenantScope,
  tx: Tx,
  input: { readonly key: string; readonly fingerprint: Buffer },
): Promise<string> {
  const before = await tx.one<{ id: string; is_same: boolean }>(
    `select subject_id as id, fingerprint = $3 as is_same from idempotency_keys where tenant_id = $1 and key = $2`,
    [scope.tenantId, input.key, input.fingerprint],
  );
  if (!before.is_same) throw keyReused();
  return before.id;
}
