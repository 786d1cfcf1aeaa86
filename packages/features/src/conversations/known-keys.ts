import type { TenantScope, Tx } from '@zaphub/db';
import type { Inbound } from '@zaphub/providers';

/** The name by which something inbound is told from everything else. */
export function nameOf(inbound: { readonly connectionId: string; readonly key: string }): string {
  return `${inbound.connectionId} ${inbound.key}`;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Reads which connections are the tenant's, each with its provider, and which keys have been stored already. That is
 * for saving work: storing a key is what decides.
 */
export async function knownKeys(
  tx: Tx,
  scope: TenantScope,
  inbound: readonly Inbound[],
): Promise<{ providers: Map<string, string>; keys: Set<string> }> {
  const ours = inbound.filter((each) => uuid.test(each.connectionId));
  const [connections, keys] = [ours.map((each) => each.connectionId), ours.map((each) => each.key)];
  const providers = await tx.prepared<{ id: string; provider: string }>(
    'inbound_connections',
    'select id, provider from connections where tenant_id = $1 and id = any($2::uuid[])',
    [scope.tenantId, connections],
  );
  const known = await tx.prepared<{ connectionId: string; key: string }>(
    'inbound_keys',
    // Looked up one by one in the keys' own indexes, however long the tables are.
    `select k.connection_id as "connectionId", k.key
     from unnest($2::uuid[], $3::text[]) as k (connection_id, key) cross join lateral (
       select from conversation_messages m
       where m.tenant_id = $1 and m.connection_id = k.connection_id and m.key = k.key limit 1) x
     union all
     select k.connection_id, k.key
     from unnest($2::uuid[], $3::text[]) as k (connection_id, key) cross join lateral (
       select from opt_out_proofs p
       where p.tenant_id = $1 and p.connection_id = k.connection_id and p.key = k.key limit 1) x`,
    [scope.tenantId, connections, keys],
  );
  return {
    providers: new Map(providers.map((row) => [row.id, row.provider])),
    keys: new Set(known.map(nameOf)),
  };
}
