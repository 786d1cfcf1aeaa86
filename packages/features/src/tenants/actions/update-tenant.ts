import type { TenantScope, Tx } from '@zaphub/db';
import { AppError, type TenantPatch } from '@zaphub/types';
import type { TenantRow } from '../queries.ts';

/** Changes what is given and leaves the rest. @throws AppError `not_found` */
export async function updateTenant(tx: Tx, scope: TenantScope, patch: TenantPatch): Promise<TenantRow> {
  const row = await tx.maybeOne<TenantRow>(
    `update public.tenants set
       name = coalesce($2, name), default_country = coalesce($3, default_country),
       locale = coalesce($4, locale), timezone = coalesce($5, timezone)
     where id = $1
     returning id, name, default_country, locale, timezone, plan, created_at`,
    [scope.tenantId, patch.name, patch.default_country, patch.locale, patch.timezone],
  );
  if (!row) throw new AppError('not_found', 'no such tenant');
  return row;
}
