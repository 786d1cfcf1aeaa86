import { type Database, systemScope } from '@zaphub/db';
import { parseAnnouncement } from './announcement.ts';
import type { EventHead, EventLog, StoredEvent } from './event-log.ts';

const channel = 'zaphub_events';

/** The `events` table, announced by NOTIFY when the publishing transaction commits; written by `app.publish`. */
export function createPostgresEventLog(db: Database): EventLog {
  return {
    async head(tenantId) {
      const head = await db.tenant(systemScope(tenantId), (tx) =>
        tx.maybeOne<EventHead>(
          'select epoch, last_offset as "lastOffset" from public.event_heads where tenant_id = $1',
          [tenantId],
        ),
      );
      return head ?? { epoch: 0, lastOffset: 0 };
    },
    async read(tenantId, afterOffset, limit) {
      // One statement, so that events and epoch are of the same moment; without events it is the epoch alone.
      const rows = await db.tenant(systemScope(tenantId), (tx) =>
        tx.prepared<Omit<StoredEvent, 'offset'> & { epoch: number; offset: number | null }>(
          'realtime_read',
          `select h.epoch, e.event_offset as "offset", e.topic, e.type, e.payload
           from public.event_heads h left join lateral (
             select event_offset, topic, type, payload from public.events
             where tenant_id = h.tenant_id and event_offset > $2 order by event_offset limit $3
           ) e on true
           where h.tenant_id = $1 order by e.event_offset`,
          [tenantId, afterOffset, limit],
        ),
      );
      const events = rows.flatMap(({ offset, topic, type, payload }) =>
        offset === null ? [] : [{ offset, topic, type, payload }],
      );
      return { epoch: rows[0]?.epoch ?? 0, events };
    },
    listen: (onNews, onGap) =>
      db.listen(
        channel,
        (payload) => {
          const news = parseAnnouncement(payload);
          if (news !== undefined) onNews(news.tenantId, news.offset);
        },
        onGap,
      ),
  };
}
