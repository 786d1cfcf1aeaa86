import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import type { EventTopic } from './publish.ts';

/**
 * Makes sure that each topic is about something of the caller's tenant.
 * @throws AppError `not_found`, the same for what is another tenant's and for what does not exist
 */
export async function authorizeTopics(
  db: Database,
  scope: TenantScope,
  topics: readonly EventTopic[],
): Promise<void> {
  const idsOf = (kind: string): string[] =>
    topics.filter((topic) => topic.startsWith(`${kind}:`)).map((topic) => topic.slice(kind.length + 1));
  const found = await db.tenant(scope, (tx) =>
    tx.rows<{ topic: string }>(
      `select 'campaign:' || id as topic from public.campaigns where tenant_id = $1 and id = any($2::uuid[])
       union all
       select 'import:' || id from public.imports where tenant_id = $1 and id = any($3::uuid[])
       union all
       select 'connection:' || id from public.connections
       where tenant_id = $1 and id = any($4::uuid[]) and deleted_at is null
       union all
       select 'conversation:' || id from public.conversations where tenant_id = $1 and id = any($5::uuid[])`,
      [scope.tenantId, ...['campaign', 'import', 'connection', 'conversation'].map(idsOf)],
    ),
  );
  const known = new Set<string>(found.map(({ topic }) => topic));
  if (!topics.every((topic) => known.has(topic))) {
    throw new AppError('not_found', 'a topic is about nothing of this tenant');
  }
}
