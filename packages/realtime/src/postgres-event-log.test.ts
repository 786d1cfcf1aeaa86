import { systemScope } from '@zaphub/db';
import { createTestDatabase } from '@zaphub/testing';
import { describeEventLog } from './event-log-conformance.ts';
import { createPostgresEventLog } from './postgres-event-log.ts';

describeEventLog('Postgres', async () => {
  const database = await createTestDatabase();
  return {
    log: createPostgresEventLog(database.api),
    publish: async (tenantId, topic, type, payload) => {
      const row = await database.api.tenant(systemScope(tenantId), (tx) =>
        tx.one<{ offset: number }>('select app.publish($1, $2, $3, $4) as "offset"', [
          tenantId,
          topic,
          type,
          JSON.stringify(payload),
        ]),
      );
      return row.offset;
    },
    forget: (tenantId, throughOffset) =>
      database.system.system(async (tx) => {
        await tx.run('delete from events where tenant_id = $1 and event_offset <= $2', [
          tenantId,
          throughOffset,
        ]);
      }),
    close: () => database.close(),
  };
});
