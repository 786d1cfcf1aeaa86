import type { Role } from '@zaphub/types';

/** Who acts: a signed-in person, or the product itself (jobs, the command line). */
export type Actor = { kind: 'user'; userId: string } | { kind: 'system' };

/** Whose data a query may touch. The first argument of every query; the database enforces the tenant again. */
export interface TenantScope {
  /** UUID. */
  readonly tenantId: string;
  readonly actor: Actor;
  readonly role: Role;
}

/** The scope of work that ZapHub does by itself for a tenant, such as a job. */
export function systemScope(tenantId: string): TenantScope {
  return { tenantId, actor: { kind: 'system' }, role: 'owner' };
}
