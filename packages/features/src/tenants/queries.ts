import type { Database, TenantScope, Tx } from '@zaphub/db';
import type { Checklist, Locale, Plan, Role, Tenant } from '@zaphub/types';
import { presentTenant } from './present.ts';

/** A tenant as stored. */
export interface TenantRow {
  id: string;
  name: string;
  default_country: string;
  locale: Locale;
  timezone: string;
  plan: Plan;
  created_at: Date;
}

/** That a person belongs to a tenant. */
export interface Membership {
  readonly tenantId: string;
  readonly role: Role;
}

const tenantColumns = 't.id, t.name, t.default_country, t.locale, t.timezone, t.plan, t.created_at';

/** Nobody may change a tenant any more that is being deleted; its members see how far that is. */
const roleNow = `case when t.deleting_at is null then m.role else 'viewer' end as role`;

/** The tenants a person belongs to, oldest first. */
export function listMemberships(db: Database, userId: string): Promise<Membership[]> {
  return db.user(userId, (tx) =>
    tx.prepared<Membership>(
      'tenants_memberships',
      `select m.tenant_id as "tenantId", ${roleNow} from public.members m join public.tenants t on t.id = m.tenant_id
       where m.user_id = $1 order by m.tenant_id`,
      [userId],
    ),
  );
}

/** The same with the tenants themselves. */
export function listTenantsOfUser(db: Database, userId: string): Promise<(TenantRow & { role: Role })[]> {
  return db.user(userId, (tx) =>
    tx.rows<TenantRow & { role: Role }>(
      `select ${tenantColumns}, ${roleNow} from public.members m join public.tenants t on t.id = m.tenant_id
       where m.user_id = $1 order by t.id`,
      [userId],
    ),
  );
}

/** The scope's own tenant. */
export async function findTenant(tx: Tx, scope: TenantScope): Promise<TenantRow | undefined> {
  const [row] = await tx.prepared<TenantRow>(
    'tenants_find',
    `select ${tenantColumns} from public.tenants t where t.id = $1`,
    [scope.tenantId],
  );
  return row;
}

/** The same as the API shows it. */
export async function readTenant(db: Database, scope: TenantScope): Promise<Tenant | undefined> {
  const row = await db.read(scope, (tx) => findTenant(tx, scope));
  return row && presentTenant(row);
}

/** What a tenant has done already, read from what is there. */
export function readChecklist(tx: Tx, scope: TenantScope): Promise<Checklist> {
  return tx.one<Checklist>(
    `select
       exists (select from public.connections where tenant_id = $1 and status = 'connected') as connection,
       exists (select from public.contacts where tenant_id = $1) as contacts,
       exists (select from public.templates where tenant_id = $1 and deleted_at is null) as template,
       exists (select from public.campaigns where tenant_id = $1 and kind = 'campaign' and status <> 'draft') as campaign`,
    [scope.tenantId],
  );
}

/** Does this installation have an owner? */
export async function isClaimed(db: Database): Promise<boolean> {
  const row = await db.system((tx) => tx.one<{ claimed: boolean }>('select app.is_claimed() as claimed'));
  return row.claimed;
}
