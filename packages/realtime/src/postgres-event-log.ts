import { type Database, systemScope } from '@zaphub/db';
import type { EventHead, EventLog, StoredEvent } from './event-log.ts';

const channel = 'zaphub_events';
const announcement = /^([0-9a-f-]{36}) (\d{1,15})$/;

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
    read: (tenantId, afterOffset, limit) =>
      db.tenant(systemScope(tenantId), (tx) =>
        tx.prepared<StoredEvent>(
          'realtime_read',
          `select event_offset as "offset", topic, type, payload from public.events
           where tenant_id = $1 and event_offset > $2 order by event_offset limit $3`,
          [tenantId, afterOffset, limit],
        ),
      ),
    listen: (onNews, onGap) =>
      db.listen(
        channel,
        (payload) => {
          const [, tenantId, offset] = announcement.exec(payload) ?? [];
          if (tenantId !== undefined) onNews(tenantId, Number(offset));
        },
        onGap,
      ),
  };
}
