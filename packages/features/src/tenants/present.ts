import { type Tenant, toPublicId } from '@zaphub/types';
import type { TenantRow } from './queries.ts';

/** A tenant as the API shows it. */
export function presentTenant(row: TenantRow): Tenant {
  return {
    id: toPublicId('tenant', row.id),
    name: row.name,
    default_country: row.default_country,
    locale: row.locale,
    timezone: row.timezone,
    plan: row.plan,
    created_at: row.created_at.toISOString(),
  };
}
