import type { TenantScope, Tx } from '@zaphub/db';
import { liveEvent } from '@zaphub/types';
import { presentConversation } from './present.ts';
import { findConversations } from './queries.ts';

/**
 * Tells everybody who watches the tenant how conversations stand now: one statement, however many. Last in a
 * transaction, since publications of one tenant wait for each other.
 */
export async function publishConversations(
  tx: Tx,
  scope: TenantScope,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await findConversations(scope, tx, ids);
  const events = rows.map((row) => ({
    topic: `conversation:${row.id}`,
    event: liveEvent.parse({ type: 'conversation.changed', data: presentConversation(row) }),
  }));
  await tx.run(
    `select app.publish($1, e.topic, 'conversation.changed', e.payload)
     from unnest($2::text[], $3::jsonb[]) as e (topic, payload)`,
    [scope.tenantId, events.map(({ topic }) => topic), events.map(({ event }) => JSON.stringify(event.data))],
  );
}
