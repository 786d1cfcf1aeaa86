import type { TenantScope, Tx } from '@zaphub/db';

/**
 * Notes that messages have come, in the transaction that stores them, for whoever wants to be told; costs one look into
 * a small table where nobody does.
 */
export async function noteReceived(
  tx: Tx,
  scope: TenantScope,
  conversationMessageIds: readonly string[],
): Promise<void> {
  if (conversationMessageIds.length === 0) return;
  await tx.prepared(
    'note_received',
    `select app.note_webhook_fact($1, 'message.received', null, null, $2, '{}')`,
    [scope.tenantId, conversationMessageIds],
  );
}
