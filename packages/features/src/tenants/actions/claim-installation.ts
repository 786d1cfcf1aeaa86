import { type Database, systemScope } from '@zaphub/db';
import type { SetupClaim } from '@zaphub/types';
import type { SignedInUser } from '../../routing/index.ts';
import { findTenant, type TenantRow } from '../queries.ts';
import { hashSetupToken } from '../setup-token.ts';
import { setupRefusal } from './check-setup-token.ts';

/**
 * Uses up the setup token: the person becomes the owner of the first tenant. Of many attempts at once, one wins.
 * @throws AppError `already_set_up`, `setup_token_invalid`; nothing has changed then
 */
export async function claimInstallation(
  db: Database,
  user: SignedInUser,
  input: SetupClaim,
): Promise<TenantRow> {
  const { tenant_id: tenantId } = await db.system((tx) =>
    tx.one<{ tenant_id: string | null }>(
      'select app.claim_installation($1, $2, $3, $4, $5, $6, $7) as tenant_id',
      [
        hashSetupToken(input.token),
        user.userId,
        user.email,
        input.tenant_name,
        input.default_country,
        input.locale,
        input.timezone,
      ],
    ),
  );
  if (tenantId === null) throw await setupRefusal(db);
  const scope = systemScope(tenantId);
  const tenant = await db.tenant(scope, (tx) => findTenant(tx, scope));
  if (!tenant) throw await setupRefusal(db);
  return tenant;
}
