import type { Database, TenantScope } from '@zaphub/db';
import { AppError } from '@zaphub/types';
import { publishConversations } from '../publish-conversations.ts';
import { type ConversationRow, findConversations } from '../queries.ts';

/**
 * Notes that everything in a conversation has been read. Doing it twice changes nothing.
 * @throws AppError `not_found`
 */
export async function markRead(
  deps: { db: Database },
  scope: TenantScope,
  id: string,
): Promise<ConversationRow> {
  return deps.db.tenant(scope, async (tx) => {
    const changed = await tx.run(
      `update conversations set unread = 0, read_until = clock_timestamp()
       where tenant_id = $1 and id = $2 and unread > 0`,
      [scope.tenantId, id],
    );
    const [row] = await findConversations(scope, tx, [id]);
    if (row === undefined) throw new AppError('not_found', 'no such conversation');
    if (changed > 0) await publishConversations(tx, scope, [id]);
    return row;
  });
}
