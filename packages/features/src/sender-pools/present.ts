import { type SenderPool, toPublicId } from '@zaphub/types';
import type { SenderPoolRow } from './queries.ts';

/** A pool as the api shows it. */
export function presentSenderPool(row: SenderPoolRow): SenderPool {
  return {
    id: toPublicId('sender_pool', row.id),
    name: row.name,
    sticky: row.sticky,
    failover_after_seconds: row.failover_after_s,
    members: row.members.map((member) => ({
      connection_id: toPublicId('connection', member.connection_id),
      weight: member.weight,
      stopped_at: member.stopped_at === null ? null : new Date(member.stopped_at).toISOString(),
    })),
    created_at: row.created_at.toISOString(),
  };
}
