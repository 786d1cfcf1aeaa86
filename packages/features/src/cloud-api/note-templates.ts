import type { TenantScope, Tx } from '@zaphub/db';
import type { TemplateNotice } from '@zaphub/providers';
import { enqueue } from '../outbox/index.ts';

/** Changes that are a status by themselves; what the others mean is told by the list. */
const statuses: ReadonlyMap<string, string> = new Map([
  ...[
    'APPROVED',
    'PENDING',
    'REJECTED',
    'PAUSED',
    'DISABLED',
    'IN_APPEAL',
    'PENDING_DELETION',
    'LIMIT_EXCEEDED',
  ].map((status): [string, string] => [status, status]),
  ['REINSTATED', 'APPROVED'],
]);

/**
 * Takes over what a network tells of its templates: a new status counts at once, for every number of the tenant that
 * has the template; the rest comes with the list, which is read again.
 */
export async function noteTemplates(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  notices: readonly TemplateNotice[],
): Promise<void> {
  const changes = notices.flatMap(({ templateId, change }) => {
    const status = statuses.get(change);
    return status === undefined ? [] : [{ templateId, status }];
  });
  if (changes.length > 0) {
    await tx.run(
      `update network_templates t set status = n.status, changed_at = clock_timestamp()
       from unnest($2::text[], $3::text[]) as n (network_id, status)
       where t.tenant_id = $1 and t.network_id = n.network_id and t.status <> n.status`,
      [scope.tenantId, changes.map((one) => one.templateId), changes.map((one) => one.status)],
    );
  }
  await enqueue(tx, scope, 'templates.sync', { tenantId: scope.tenantId, connectionId });
}
