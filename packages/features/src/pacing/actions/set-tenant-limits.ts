import type { Database, TenantScope } from '@zaphub/db';
import type { TenantLimits, TenantLimitsPatch } from '@zaphub/types';
import { audit } from '../../audit/index.ts';
import { readTenantLimits } from '../queries.ts';

/**
 * Changes what holds for all numbers of the tenant; what is not given stays. A cap for each contact counts from the
 * moment it is set.
 */
export async function setTenantLimits(
  deps: { readonly db: Database },
  scope: TenantScope,
  patch: TenantLimitsPatch,
): Promise<TenantLimits> {
  return deps.db.tenant(scope, async (tx) => {
    await tx.run(
      `update tenants set
         rate_per_second = case when $2 then $3::numeric else rate_per_second end,
         frequency_cap = case when $4 then $5::int else frequency_cap end,
         frequency_days = coalesce($6::int, frequency_days), frequency_policy = coalesce($7, frequency_policy)
       where id = $1`,
      [
        scope.tenantId,
        patch.rate_per_second !== undefined,
        patch.rate_per_second ?? null,
        patch.frequency_cap !== undefined,
        patch.frequency_cap ?? null,
        patch.frequency_days ?? null,
        patch.frequency_policy ?? null,
      ],
    );
    await audit(tx, scope, { action: 'tenant.limits', details: { ...patch } });
    return readTenantLimits(scope, tx);
  });
}
