import type { TenantScope, Tx } from '@zaphub/db';

/** A template of a network as it is stored. */
export interface NetworkTemplateRow {
  network_id: string;
  name: string;
  language: string;
  status: string;
  category: string;
  quality: string | null;
  rejected_reason: string | null;
  uses_names: boolean;
  components: { readonly type: string; readonly [more: string]: unknown }[];
  changed_at: Date;
}

/** How the last reading of a connection's list went. */
export interface TemplateSyncRow {
  asked_at: Date;
  synced_at: Date | null;
  error_code: string | null;
  error_detail: string | null;
}

const columns =
  'network_id, name, language, status, category, quality, rejected_reason, uses_names, components, changed_at';

/** The templates that a connection's network lists, by name; a few hundred at most. */
export function listNetworkTemplates(
  scope: TenantScope,
  tx: Tx,
  connectionId: string,
): Promise<NetworkTemplateRow[]> {
  return tx.rows<NetworkTemplateRow>(
    `select ${columns} from network_templates
     where tenant_id = $1 and connection_id = $2 and removed_at is null order by name, language limit 20000`,
    [scope.tenantId, connectionId],
  );
}

/** One of them by what a message names it by; `undefined` when the network does not list it. */
export function findNetworkTemplate(
  scope: TenantScope,
  tx: Tx,
  {
    connectionId,
    name,
    language,
  }: { readonly connectionId: string; readonly name: string; readonly language: string },
): Promise<NetworkTemplateRow | undefined> {
  return tx.maybeOne<NetworkTemplateRow>(
    `select ${columns} from network_templates
     where tenant_id = $1 and connection_id = $2 and name = $3 and language = $4 and removed_at is null
     order by changed_at desc limit 1`,
    [scope.tenantId, connectionId, name, language],
  );
}

/** `undefined` when the list was never asked for. */
export function findTemplateSync(
  scope: TenantScope,
  tx: Tx,
  connectionId: string,
): Promise<TemplateSyncRow | undefined> {
  return tx.maybeOne<TemplateSyncRow>(
    `select asked_at, synced_at, error_code, error_detail from template_syncs
     where tenant_id = $1 and connection_id = $2`,
    [scope.tenantId, connectionId],
  );
}
