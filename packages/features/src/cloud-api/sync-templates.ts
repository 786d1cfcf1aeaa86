import { type Database, systemScope, type TenantScope, type Tx } from '@zaphub/db';
import {
  type CallFailure,
  type CloudAccount,
  type CloudTemplate,
  type GraphClient,
  listTemplates,
} from '@zaphub/providers';
import { AppError } from '@zaphub/types';
import { holdConnection } from '../connections/index.ts';

export interface TemplateSyncDeps {
  readonly db: Database;
  readonly graph: GraphClient;
  readonly accountFor: (connectionId: string) => Promise<CloudAccount | undefined>;
}

/** What a sync came to. */
export interface TemplateSync {
  readonly listed: number;
  readonly changed: number;
  readonly removed: number;
}

/*
 * Invariants: a row says what the network said last; a template that is no longer listed is marked, not deleted: a
 * campaign may still name it. What has not changed is not written.
 */
const upsert = `
insert into network_templates as t (tenant_id, connection_id, network_id, name, language, status, category, quality,
  rejected_reason, uses_names, components)
select $1, $2, n.* from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
  $10::boolean[], $11::jsonb[]) as n
on conflict (tenant_id, connection_id, network_id) do update set name = excluded.name, language = excluded.language,
  status = excluded.status, category = excluded.category, quality = excluded.quality,
  rejected_reason = excluded.rejected_reason, uses_names = excluded.uses_names, components = excluded.components,
  synced_at = clock_timestamp(), changed_at = clock_timestamp(), removed_at = null
where (t.name, t.language, t.status, t.category, t.quality, t.rejected_reason, t.uses_names, t.components, t.removed_at)
  is distinct from (excluded.name, excluded.language, excluded.status, excluded.category, excluded.quality,
    excluded.rejected_reason, excluded.uses_names, excluded.components, null::timestamptz)`;

/**
 * Reads the templates of a connection's account and keeps them. A list that could not be read changes nothing; the
 * reason is kept and shown.
 *
 * @throws AppError `unavailable` when asking again later may help
 */
export async function syncTemplates(
  deps: TemplateSyncDeps,
  input: { readonly tenantId: string; readonly connectionId: string; readonly signal: AbortSignal },
): Promise<TemplateSync | undefined> {
  const { tenantId, connectionId, signal } = input;
  const scope = systemScope(tenantId);
  const account = await deps.accountFor(connectionId);
  if (account === undefined) {
    await deps.db.tenant(scope, (tx) =>
      noteFailure(tx, scope, connectionId, { code: 'account_missing', mayRetry: false }),
    );
    return undefined;
  }
  const list = await listTemplates(deps.graph, account, { signal });
  if (list.ok) return deps.db.tenant(scope, (tx) => keepTemplates(tx, scope, connectionId, list.templates));
  await deps.db.tenant(scope, (tx) => noteFailure(tx, scope, connectionId, list.failure));
  if (list.failure.mayRetry && list.failure.effect !== 'pause_connection') {
    throw new AppError('unavailable', `the templates could not be read: ${list.failure.code}`);
  }
  return undefined;
}

async function keepTemplates(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  templates: readonly CloudTemplate[],
): Promise<TemplateSync> {
  const where = [scope.tenantId, connectionId];
  const changed = await tx.run(upsert, [
    ...where,
    templates.map((one) => one.id),
    templates.map((one) => one.name),
    templates.map((one) => one.language),
    templates.map((one) => one.status),
    templates.map((one) => one.category),
    templates.map((one) => one.quality ?? null),
    templates.map((one) => one.rejectedReason ?? null),
    templates.map((one) => one.usesNames),
    templates.map((one) => JSON.stringify(one.components)),
  ]);
  const removed = await tx.run(
    `update network_templates set removed_at = clock_timestamp()
     where tenant_id = $1 and connection_id = $2 and removed_at is null and network_id <> all ($3::text[])`,
    [...where, templates.map((one) => one.id)],
  );
  await tx.run(
    `insert into template_syncs (tenant_id, connection_id, synced_at) values ($1, $2, clock_timestamp())
     on conflict (tenant_id, connection_id) do update
     set synced_at = excluded.synced_at, error_code = null, error_detail = null`,
    where,
  );
  return { listed: templates.length, changed, removed };
}

async function noteFailure(
  tx: Tx,
  scope: TenantScope,
  connectionId: string,
  { code, error, effect }: CallFailure,
): Promise<void> {
  const detail = error?.details ?? null;
  await tx.run(
    `insert into template_syncs (tenant_id, connection_id, error_code, error_detail) values ($1, $2, $3, $4)
     on conflict (tenant_id, connection_id) do update set error_code = $3, error_detail = $4`,
    [scope.tenantId, connectionId, code, detail],
  );
  if (effect === 'pause_connection') {
    await holdConnection(tx, scope, connectionId, { cause: code, ...(detail === null ? {} : { detail }) });
  }
}
