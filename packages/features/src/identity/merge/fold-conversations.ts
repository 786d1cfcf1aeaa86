import type { TenantScope, Tx } from '@zaphub/db';
import type { MergeRecord } from './merge-record.ts';

interface ConversationRow {
  readonly id: string;
  readonly connection_id: string;
  readonly target: string | null;
  readonly read_until: Date | null;
  readonly created_at: Date;
}

/**
 * Gives one contact's conversations to another. Where both have one with a connection, the messages go into the
 * other's; they keep the contact whose address they came from, which is how an undo finds them.
 */
export async function foldConversations(
  tx: Tx,
  scope: TenantScope,
  keptId: string,
  mergedId: string,
): Promise<Pick<MergeRecord, 'moved' | 'folded'>> {
  const rows = await tx.rows<ConversationRow>(
    `select m.id, m.connection_id, k.id as target, m.read_until, m.created_at from conversations m
       left join conversations k on k.tenant_id = $1 and k.contact_id = $2 and k.connection_id = m.connection_id
     where m.tenant_id = $1 and m.contact_id = $3 order by m.id for update of m`,
    [scope.tenantId, keptId, mergedId],
  );
  const folded = rows.filter((row) => row.target !== null);
  const moved = rows.filter((row) => row.target === null).map((row) => row.id);
  await tx.run(`update conversations set contact_id = $2 where tenant_id = $1 and id = any($3::uuid[])`, [
    scope.tenantId,
    keptId,
    moved,
  ]);
  if (folded.length > 0) {
    const [from, to] = [folded.map((row) => row.id), folded.map((row) => row.target)];
    await tx.run(
      `update conversation_messages m set conversation_id = f.target
       from unnest($2::uuid[], $3::uuid[]) as f (id, target) where m.tenant_id = $1 and m.conversation_id = f.id`,
      [scope.tenantId, from, to],
    );
    await tx.run(
      `with gone as (
         delete from conversations c using unnest($2::uuid[], $3::uuid[]) as f (id, target)
         where c.tenant_id = $1 and c.id = f.id returning f.target, c.unread
       )
       update conversations c set unread = c.unread + g.unread from gone g where c.tenant_id = $1 and c.id = g.target`,
      [scope.tenantId, from, to],
    );
    await refreshConversations(
      tx,
      scope,
      to.filter((id) => id !== null),
    );
  }
  return {
    moved,
    folded: folded.map((row) => ({
      id: row.id,
      connection_id: row.connection_id,
      read_until: row.read_until?.toISOString() ?? null,
      created_at: row.created_at.toISOString(),
    })),
  };
}

/** Says again what the newest message of conversations is. */
export async function refreshConversations(
  tx: Tx,
  scope: TenantScope,
  ids: readonly string[],
): Promise<void> {
  await tx.run(
    `update conversations c set last_at = n.occurred_at, last_direction = n.direction, last_kind = n.kind,
       last_text = left(coalesce(n.content ->> 'text', n.content ->> 'caption', n.content ->> 'title'), 200),
       last_inbound_at = (
         select max(i.occurred_at) from conversation_messages i
         where i.tenant_id = $1 and i.conversation_id = c.id and i.direction = 'in')
     from unnest($2::uuid[]) w (id) cross join lateral (
       select m.* from conversation_messages m
       where m.tenant_id = $1 and m.conversation_id = w.id
       order by m.occurred_at desc, m.id desc limit 1) n
     where c.tenant_id = $1 and c.id = w.id`,
    [scope.tenantId, ids],
  );
}
