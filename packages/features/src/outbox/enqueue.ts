import type { TenantScope, Tx } from '@zaphub/db';
import type { JobName, JobPayload } from '@zaphub/queues';

/** The channel that wakes the relays; what is notified says nothing, the table does. */
export const outboxChannel = 'zaphub_outbox';

/**
 * Writes a job to the outbox: it is handed to the queue after this transaction has committed, and not at all
 * when it has not. The handler may run twice for it.
 */
export async function enqueue<Name extends JobName>(
  tx: Tx,
  scope: TenantScope,
  job: Name,
  payload: JobPayload<Name>,
  options: { readonly dueAt?: Date } = {},
): Promise<void> {
  await tx.run(
    'insert into outbox (tenant_id, job, payload, due_at) values ($1, $2, $3, coalesce($4, now()))',
    [scope.tenantId, job, JSON.stringify(payload), options.dueAt ?? null],
  );
  await tx.run('select pg_notify($1, $2)', [outboxChannel, '']);
}
