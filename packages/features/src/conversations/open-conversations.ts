import type { TenantScope, Tx } from '@zaphub/db';

/** A contact and a connection that write to each other. */
export interface Pair {
  readonly connectionId: string;
  readonly contactId: string;
}

/** A key of a pair, for maps. */
export function pairKey(pair: Pair): string {
  return `${pair.connectionId} ${pair.contactId}`;
}

/**
 * Finds the conversations of pairs, makes those that do not exist, and locks all of them in one order; their ids by
 * `pairKey`. The contacts are locked by the caller, so that no merge moves a conversation meanwhile.
 */
export async function openConversations(
  tx: Tx,
  scope: TenantScope,
  pairs: readonly Pair[],
): Promise<Map<string, string>> {
  const distinct = [...new Map(pairs.map((pair) => [pairKey(pair), pair])).values()];
  if (distinct.length === 0) return new Map();
  const values = [
    scope.tenantId,
    distinct.map((pair) => pair.connectionId),
    distinct.map((pair) => pair.contactId),
  ];
  const find = () =>
    tx.prepared<Pair & { id: string }>(
      'find_conversations',
      `select c.id, c.connection_id as "connectionId", c.contact_id as "contactId"
       from unnest($2::uuid[], $3::uuid[]) as w (connection_id, contact_id)
         join conversations c on c.tenant_id = $1 and c.connection_id = w.connection_id and c.contact_id = w.contact_id
       order by c.id for update of c`,
      values,
    );
  let found = await find();
  if (found.length < distinct.length) {
    await tx.run(
      `insert into conversations (tenant_id, connection_id, contact_id, last_at)
       select $1, w.*, to_timestamp(0) from unnest($2::uuid[], $3::uuid[]) as w (connection_id, contact_id) order by 2, 3
       on conflict do nothing`,
      values,
    );
    found = await find();
  }
  return new Map(found.map((row) => [pairKey(row), row.id]));
}
