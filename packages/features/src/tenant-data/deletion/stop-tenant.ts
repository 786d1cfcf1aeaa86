import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@zaphub/db';
import { AppError } from '@zaphub/types';

const pollMs = 250;

/** Stops everything of a tenant that could write or send: campaigns, imports, connections. */
export async function stopTenant(db: Database, tenantId: string): Promise<void> {
  await db.system(async (tx) => {
    await tx.run(
      `update campaigns set status = 'cancelled', finished_at = clock_timestamp()
       where tenant_id = $1 and status in ('scheduled', 'preparing', 'running', 'paused')`,
      [tenantId],
    );
    await tx.run(
      `update imports set status = 'cancelled', finished_at = clock_timestamp()
       where tenant_id = $1 and status in ('uploaded', 'queued', 'running')`,
      [tenantId],
    );
    // Before the connections, as everybody locks them; whoever holds a session logs it out and lets it go.
    await tx.run(
      `update connection_sessions set wanted = false, generation = generation + 1, close_reason = 'deleted'
       where tenant_id = $1 and close_reason is distinct from 'deleted'`,
      [tenantId],
    );
    await tx.run(`select pg_notify('zaphub_sessions', '')`);
    await tx.run(`update connections set status = 'stopped' where tenant_id = $1`, [tenantId]);
  });
}

/**
 * Waits until no lane holds recipients of the tenant any more, so that nothing is recorded after the deletion.
 * Leases end by themselves.
 *
 * @throws AppError `unavailable` after `timeoutMs`; the signal's reason
 */
export async function waitForLanes(
  db: Database,
  tenantId: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const giveUpAt = performance.now() + options.timeoutMs;
  for (;;) {
    const { busy } = await db.system((tx) =>
      tx.one<{ busy: boolean }>(
        'select exists (select from claims where tenant_id = $1 and lease_until > clock_timestamp()) as busy',
        [tenantId],
      ),
    );
    if (!busy) return;
    if (performance.now() > giveUpAt) throw new AppError('unavailable', 'messages are still on their way');
    await pause(pollMs, undefined, { signal: options.signal });
  }
}

/** Waits until `graceMs` have passed since the deletion was asked for. @throws the signal's reason */
export async function waitForGrace(
  db: Database,
  tenantId: string,
  options: { readonly graceMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const asked = await db.system((tx) =>
    tx.maybeOne<{ agoMs: number | null }>(
      `select extract(epoch from clock_timestamp() - deleting_at)::float8 * 1000 as "agoMs" from tenants where id = $1`,
      [tenantId],
    ),
  );
  const leftMs = options.graceMs - (asked?.agoMs ?? options.graceMs);
  if (leftMs > 0) await pause(leftMs, undefined, { signal: options.signal });
}
