import type { TenantScope, Tx } from '@zaphub/db';
import { keyReused } from './key-reused.ts';

/** The id of what a key stands for. */
export interface ClaimedKey {
  readonly subjectId: string;
  /** True when this transaction is to make it; false when it was made before. */
  readonly isNew: boolean;
}

/**
 * Gives out the id of what `key` makes, in the transaction that makes it: for something that must not happen twice even
 * when the answer to it was lost. Two transactions with one key come one after the other.
 * @throws AppError `idempotency_key_reused` when it made something else
 */
export async function claimKey(
  scope: TenantScope,
  tx: Tx,
  input: { readonly key: string; readonly fingerprint: Buffer },
): Promise<ClaimedKey> {
  const values = [scope.tenantId, input.key, input.fingerprint];
  const [made] = await tx.prepared<{ id: string }>('idempotency_claim', claim, values);
  if (made !== undefined) return { subjectId: made.id, isNew: true };
  const before = await tx.one<{ id: string; is_same: boolean }>(
    `select subject_id as id, fingerprint = $3 as is_same from idempotency_keys where tenant_id = $1 and key = $2`,
    values,
  );
  if (!before.is_same) throw keyReused();
  return { subjectId: before.id, isNew: false };
}

// A key whose time is over is free again, whether it has been cleaned up or not.
const claim = `
insert into idempotency_keys as k (tenant_id, key, fingerprint, subject_id) values ($1, $2, $3, app.new_id())
on conflict (tenant_id, key) do update set fingerprint = excluded.fingerprint, subject_id = excluded.subject_id,
  created_at = excluded.created_at, expires_at = excluded.expires_at
where k.expires_at <= clock_timestamp()
returning subject_id as id`;
