import type { TenantScope, Tx } from '@zaphub/db';

/** One thing that somebody did. */
export interface AuditEntry {
  /** `noun.verb`, such as `dead_letters.redrive`; at most 100 characters. */
  readonly action: string;
  /** What it was done to: a public id, or a name; cut after 300 characters. Absent for the tenant itself. */
  readonly subject?: string;
  /** What else is worth knowing, without secrets and without people's data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Writes down who did what, in the transaction that does it: neither is there without the other. The log is appended
 * to only; the grants of the table see to that.
 */
export async function audit(tx: Tx, scope: TenantScope, entry: AuditEntry): Promise<void> {
  const { actor } = scope;
  await tx.run(
    `insert into audit_log (tenant_id, actor_kind, actor_id, action, subject, details) values ($1, $2, $3, $4, $5, $6)`,
    [
      scope.tenantId,
      actor.kind,
      actor.kind === 'user' ? actor.userId : null,
      entry.action,
      (entry.subject ?? '').slice(0, 300),
      JSON.stringify(entry.details ?? {}),
    ],
  );
}
