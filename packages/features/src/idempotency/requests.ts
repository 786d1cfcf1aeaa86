import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { keyReused } from './key-reused.ts';

/** A request that its caller has given a name. */
export interface KeyedRequest {
  readonly key: string;
  /** Of everything that makes it this request: the route, its ids, its parameters, its body. */
  readonly fingerprint: Buffer;
}

/** How the request was answered the first time. */
export interface KeptAnswer {
  readonly status: number;
  /** JSON; empty for none. */
  readonly body: string;
}

/** `first`: it is to be done, and finished or forgotten afterwards. `again`: it was done, and this was said. */
export type BegunRequest =
  { readonly kind: 'first' } | { readonly kind: 'again'; readonly answer: KeptAnswer };

/** A request that has not finished for so long died with its process: the next one with its key does it again. */
const busySeconds = 60;

const begin = `
insert into idempotency_keys as k (tenant_id, key, fingerprint, busy_until)
values ($1, $2, $3, clock_timestamp() + $4 * interval '1 second')
on conflict (tenant_id, key) do update set fingerprint = excluded.fingerprint, busy_until = excluded.busy_until,
  status = null, body = null, created_at = excluded.created_at, expires_at = excluded.expires_at
where k.expires_at <= clock_timestamp()
  or (k.status is null and k.busy_until <= clock_timestamp() and k.fingerprint = excluded.fingerprint)
returning key`;

/**
 * Begins a request under its key. What the request does must itself be safe to begin again: an answer that was never
 * kept, since the process died, means another try.
 * @throws AppError `idempotency_key_reused` for another request's key, `idempotency_in_progress` while the first one
 *   with this key is under way
 */
export async function beginRequest(
  db: Database,
  scope: TenantScope,
  request: KeyedRequest,
): Promise<BegunRequest> {
  return db.tenant(scope, async (tx) => {
    const values = [scope.tenantId, storedKey(request.key), request.fingerprint];
    const begun = await tx.prepared<{ key: string }>('idempotency_begin', begin, [...values, busySeconds]);
    if (begun.length > 0) return { kind: 'first' };
    const row = await tx.maybeOne<{ is_same: boolean; status: number | null; body: string | null }>(
      `select fingerprint = $3 as is_same, status, body from idempotency_keys where tenant_id = $1 and key = $2`,
      values,
    );
    if (row !== undefined && !row.is_same) throw keyReused();
    // Forgotten between the two statements: the first one failed and this is a good moment to ask again.
    if (row === undefined || row.status === null) {
      throw new AppError('idempotency_in_progress', 'the first request with this key is under way');
    }
    return { kind: 'again', answer: { status: row.status, body: row.body ?? '' } };
  });
}

/** Keeps the answer of a begun request for the rest of the key's time. */
export async function finishRequest(
  db: Database,
  scope: TenantScope,
  request: KeyedRequest,
  answer: KeptAnswer,
): Promise<void> {
  await db.tenant(scope, (tx) =>
    tx.prepared(
      'idempotency_finish',
      `update idempotency_keys set status = $4, body = $5, busy_until = null
       where tenant_id = $1 and key = $2 and fingerprint = $3 and status is null`,
      [scope.tenantId, storedKey(request.key), request.fingerprint, answer.status, answer.body],
    ),
  );
}

/** Lets go of a begun request that came to nothing: the same key may try again. */
export async function forgetRequest(db: Database, scope: TenantScope, request: KeyedRequest): Promise<void> {
  await db.tenant(scope, (tx) =>
    tx.run(
      'delete from idempotency_keys where tenant_id = $1 and key = $2 and fingerprint = $3 and status is null',
      [scope.tenantId, storedKey(request.key), request.fingerprint],
    ),
  );
}

/** Callers' keys and those that features note themselves never meet. */
function storedKey(key: string): string {
  return `http:${key}`;
}
