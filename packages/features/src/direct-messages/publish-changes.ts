import { systemScope, type Tx } from '@zaphub/db';
import { type MessageState, toPublicId } from '@zaphub/types';
import { publish } from '../events/index.ts';

/** Of older ones nobody waits for news any more; their state can be read. */
const newest = 200;
/** At a first look, changes of so long are told. */
const firstLookSeconds = 20;

interface ChangedRow {
  readonly id: string;
  readonly connection_id: string;
  readonly contact_id: string;
  readonly state: MessageState;
  readonly reason: string | null;
}

/**
 * Tells those who watch a connection what has become of its newest direct messages since the last time.
 * @param told what was told before, by message; kept up to date here
 */
export async function publishMessageChanges(
  tx: Tx,
  campaign: { readonly id: string; readonly tenantId: string },
  told: Map<string, MessageState>,
): Promise<void> {
  const isFirst = told.size === 0;
  const rows = await tx.rows<ChangedRow & { is_recent: boolean }>(
    `select m.id, m.connection_id, m.contact_id, m.state, m.reason,
       greatest(m.marked_at, m.sent_at, m.delivered_at, m.read_at) > clock_timestamp() - make_interval(secs => $3) as is_recent
     from campaign_counters n join messages m on m.campaign_id = n.campaign_id and m.position > n.total - $2
     where n.campaign_id = $1 order by m.position`,
    [campaign.id, newest, firstLookSeconds],
  );
  const before = new Map(told);
  told.clear();
  for (const row of rows) {
    told.set(row.id, row.state);
    const isNews = isFirst ? row.is_recent : before.get(row.id) !== row.state;
    if (!isNews || row.state === 'pending') continue;
    await publish(tx, systemScope(campaign.tenantId), `connection:${row.connection_id}`, {
      type: 'message.changed',
      data: {
        id: toPublicId('message', row.id),
        connection_id: toPublicId('connection', row.connection_id),
        contact_id: toPublicId('contact', row.contact_id),
        state: row.state,
        reason: row.reason,
      },
    });
  }
}
