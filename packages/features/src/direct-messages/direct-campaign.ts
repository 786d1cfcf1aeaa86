import type { TenantScope, Tx } from '@zaphub/db';
import { AppError } from '@zaphub/types';

/**
 * The hidden campaign that carries a connection's direct messages; it is made with the first one. It runs for ever: it
 * is never frozen, so nothing completes it, and no list shows it.
 * @throws AppError `not_found` when the connection is not this tenant's, or was deleted (unless `mayBeDeleted`)
 */
export async function directCampaignOf(
  scope: TenantScope,
  tx: Tx,
  connectionId: string,
  options: { readonly mayBeDeleted: boolean },
): Promise<string> {
  const find = async (): Promise<string | null | undefined> => {
    const [row] = await tx.prepared<{ campaign_id: string | null }>(
      'direct_campaign',
      `select c.id as campaign_id from connections s
       left join campaigns c on c.connection_id = s.id and c.kind = 'direct'
       where s.tenant_id = $1 and s.id = $2 and (s.deleted_at is null or $3)`,
      [scope.tenantId, connectionId, options.mayBeDeleted],
    );
    return row?.campaign_id;
  };
  const found = await find();
  if (found === undefined) throw new AppError('not_found', 'no such connection');
  if (found !== null) return found;
  await tx.run(
    `with made as (
       insert into campaigns (tenant_id, name, body, connection_id, audience, status, kind, started_at)
       values ($1, 'direct', '-', $2, '{"kind":"all"}', 'running', 'direct', clock_timestamp())
       on conflict (connection_id) where kind = 'direct' do nothing returning id
     )
     insert into campaign_counters (campaign_id, tenant_id) select id, $1 from made`,
    [scope.tenantId, connectionId],
  );
  // A statement of its own: somebody else may have made it meanwhile.
  const made = await find();
  if (made === null || made === undefined) throw new AppError('internal', 'the direct campaign is missing');
  return made;
}
