import { createDatabase, type Database, systemScope } from '@zaphub/db';
import { createTenant, type RestartablePostgres, startRestartablePostgres } from '@zaphub/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEventHub } from './create-event-hub.ts';
import { createPostgresEventLog } from './postgres-event-log.ts';
import { openStream, startStreamServer } from './test-stream.ts';
import { eventually } from './eventually.ts';

let server: RestartablePostgres;
const closers: (() => Promise<void> | void)[] = [];
beforeAll(async () => {
  server = await startRestartablePostgres();
}, 60_000);
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  await server.close();
});

function connect(url: string): Database {
  const database = createDatabase({ connectionString: url, acquireTimeoutMs: 1000 });
  closers.push(() => database.close());
  return database;
}

test('two processes hear a third, and miss nothing when Postgres crashes in between', async () => {
  const publisher = connect(server.urls.api);
  const { tenantId } = await createTenant(connect(server.urls.system));
  const publish = (n: number): Promise<unknown> =>
    publisher.tenant(systemScope(tenantId), (tx) =>
      tx.run(`select app.publish($1, 'campaign:1', 'campaign.changed', $2)`, [
        tenantId,
        JSON.stringify({ n }),
      ]),
    );
  const open = async (): Promise<() => unknown[]> => {
    const hub = await createEventHub({
      log: createPostgresEventLog(connect(server.urls.api)),
      random: () => 0,
    });
    closers.push(() => hub.close());
    const http = await startStreamServer((res) => {
      void hub.subscribe(
        { tenantId, expiresAt: new Date(Date.now() + 600_000), isAllowed: () => Promise.resolve(true) },
        res,
      );
    });
    closers.push(() => http.close());
    const stream = await openStream(http.url);
    await eventually(() => expect(stream.lastEventId).toBeDefined());
    return () =>
      stream.events.map((event) => Reflect.get(Object(Reflect.get(Object(event.data), 'data')), 'n'));
  };
  const readers = await Promise.all([open(), open()]);
  const everybodyHas = (numbers: number[]): Promise<void> =>
    eventually(() => expect(readers.map((read) => read())).toEqual([numbers, numbers]));

  await publish(1);
  await everybodyHas([1]);
  await server.stop('immediate');
  await expect(publish(0)).rejects.toMatchObject({ code: 'unavailable' });
  await server.start();
  await eventually(() => publish(2));
  await publish(3);
  await everybodyHas([1, 2, 3]);
}, 60_000);
