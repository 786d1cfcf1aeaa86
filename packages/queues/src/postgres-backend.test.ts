import { silentLogger } from '@zaphub/telemetry';
import { startRestartablePostgres, useTestDatabase } from '@zaphub/testing';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { describeQueueAdmin } from './admin-conformance.ts';
import { describeQueues } from './conformance.ts';
import { describeDurableTasks } from './durable-tasks-conformance.ts';
import { createQueues } from './create-queues.ts';

const setUp = async () => {
  const postgres = await startRestartablePostgres();
  return {
    backend: { kind: 'postgres', connectionString: postgres.urls.system } as const,
    stop: () => postgres.stop('immediate'),
    start: () => postgres.start(),
    close: () => postgres.close(),
  };
};
describeQueues('Postgres', setUp);
describeDurableTasks('Postgres', setUp);
describeQueueAdmin('Postgres', setUp);

describe('Postgres', () => {
  const database = useTestDatabase();

  it('gets its tables from the engine’s own role, once, when several processes start together', async () => {
    const start = () =>
      createQueues({
        backend: { kind: 'postgres', connectionString: database.urls.system },
        logger: silentLogger,
      });
    const started = await Promise.all([start(), start(), start()]);
    await Promise.all(started.map((queues) => queues.close()));
    const client = new pg.Client({ connectionString: database.urls.owner });
    await client.connect();
    const { rows } = await client.query<{ owner: string; tables: string }>(
      `select tableowner as owner, count(*) as tables from pg_tables where schemaname = 'bullmq' group by 1`,
    );
    await client.end();
    expect(rows).toEqual([{ owner: 'zaphub_system', tables: expect.anything() }]);
  });

  it('refuses a role that may not use the schema', async () => {
    const backend = { kind: 'postgres', connectionString: database.urls.api } as const;
    await expect(createQueues({ backend, logger: silentLogger })).rejects.toMatchObject({ code: 'internal' });
  });
});
