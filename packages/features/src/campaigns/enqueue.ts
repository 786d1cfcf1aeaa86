import type { TenantScope, Tx } from '@zaphub/db';
import type { JobName, JobPayload } from '@zaphub/queues';

/** Writes a job to the outbox: it is handed to the queue after this transaction has committed. */
export async function enqueue<Name extends JobName>(
  tx: Tx,
  scope: TenantScope,
  job: Name,
  payload: JobPayload<Name>,
): Promise<void> {
  await tx.run('insert into outbox (tenant_id, job, payload) values ($1, $2, $3)', [
    scope.tenantId,
    job,
    JSON.stringify(payload),
  ]);
  await tx.run(`select pg_notify('zaphub_outbox', '')`);
}
