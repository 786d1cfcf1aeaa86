import type { TenantScope, Tx } from '@zaphub/db';
import { refreshConversations } from './fold-conversations.ts';
import type { MergeRecord } from './merge-record.ts';

interface SplitRow {
  readonly id: string;
  readonly connection_id: string;
  readonly has_theirs: boolean;
  readonly has_own: boolean;
}

/**
 * Gives the merged contact its conversations back: what came from its addresses or went to them, before the merge and
 * after. What came from the kept contact's addresses stays with it.
 */
export async function splitConversations(
  tx: Tx,
  scope: TenantScope,
  people: { readonly keptId: string; readonly mergedId: string; readonly memberIds: readonly string[] },
  record: Pick<MergeRecord, 'moved' | 'folded'>,
): Promise<void> {
  const { keptId, mergedId, memberIds } = people;
  const rows = await tx.rows<SplitRow>(
    `select v.id, v.connection_id,
       exists (select from conversation_messages m where m.tenant_id = $1 and m.conversation_id = v.id
         and m.contact_id = any($3::uuid[])) as has_theirs,
       exists (select from conversation_messages m where m.tenant_id = $1 and m.conversation_id = v.id
         and m.contact_id <> all($3::uuid[])) as has_own
     from conversations v where v.tenant_id = $1 and v.contact_id = $2 order by v.id for update of v`,
    [scope.tenantId, keptId, memberIds],
  );
  for (const row of rows) {
    const wasMoved = record.moved.includes(row.id);
    const other = wasMoved ? row.has_own : row.has_theirs;
    if (wasMoved) {
      await tx.run('update conversations set contact_id = $3 where tenant_id = $1 and id = $2', [
        scope.tenantId,
        row.id,
        mergedId,
      ]);
    }
    const touched = [row.id];
    if (other) {
      const before = record.folded.find((each) => each.connection_id === row.connection_id);
      touched.push(
        await moveOut(tx, scope, row, {
          toContact: wasMoved ? keptId : mergedId,
          memberIds,
          movesMembers: !wasMoved,
          id: wasMoved ? null : (before?.id ?? null),
          readUntil: wasMoved ? null : (before?.read_until ?? null),
        }),
      );
      await refreshConversations(tx, scope, touched);
      await countUnread(tx, scope, touched);
    }
  }
}

/** Moves some of a conversation's messages into one of another contact; answers its id. */
async function moveOut(
  tx: Tx,
  scope: TenantScope,
  from: SplitRow,
  to: {
    toContact: string;
    memberIds: readonly string[];
    movesMembers: boolean;
    id: string | null;
    readUntil: string | null;
  },
): Promise<string> {
  const { id } = await tx.one<{ id: string }>(
    `insert into conversations (tenant_id, id, contact_id, connection_id, read_until)
     values ($1, coalesce($2, app.new_id()), $3, $4, $5) returning id`,
    [scope.tenantId, to.id, to.toContact, from.connection_id, to.readUntil],
  );
  await tx.run(
    `update conversation_messages set conversation_id = $3
     where tenant_id = $1 and conversation_id = $2 and (contact_id = any($4::uuid[])) = $5`,
    [scope.tenantId, from.id, id, to.memberIds, to.movesMembers],
  );
  return id;
}

async function countUnread(tx: Tx, scope: TenantScope, ids: readonly string[]): Promise<void> {
  await tx.run(
    `update conversations c set unread = (
       select count(*) from conversation_messages m where m.tenant_id = $1 and m.conversation_id = c.id
         and m.direction = 'in' and m.kind <> 'reaction' and (c.read_until is null or m.received_at > c.read_until))
     where c.tenant_id = $1 and c.id = any($2::uuid[])`,
    [scope.tenantId, ids],
  );
}
