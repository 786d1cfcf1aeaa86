import { systemScope } from '@zaphub/db';
import { openRedis, type RedisAdapter } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { createTenant, createTestDatabase, startRedis, type TestRedis } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEventHub } from './create-event-hub.ts';
import { describeEventLog } from './event-log-conformance.ts';
import { eventually } from './eventually.ts';
import { createPostgresEventLog } from './postgres-event-log.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { createSharedEventLog } from './shared-event-log.ts';
import { openStream, startStreamServer } from './test-stream.ts';

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

const publishIn =
  ({ api }: TestDatabase) =>
  async (tenantId: string, topic: string, type: string, payload: unknown): Promise<number> => {
    const { offset } = await api.tenant(systemScope(tenantId), (tx) =>
      tx.one<{ offset: number }>('select app.publish($1, $2, $3, $4) as "offset"', [
        tenantId,
        topic,
        type,
        JSON.stringify(payload),
      ]),
    );
    return offset;
  };

describeEventLog('shared', async () => {
  const server = await startRedis();
  const database = await createTestDatabase();
  const redis = await openRedis({ logger: silentLogger }, { url: server.url });
  const window = createRedisEventLog(redis);
  const log = createSharedEventLog({
    source: createPostgresEventLog(database.api),
    window,
    random: Math.random,
  });
  return {
    log,
    publish: publishIn(database),
    forget: async (tenantId, throughOffset) => {
      await database.system.system((tx) =>
        tx.run('delete from events where tenant_id = $1 and event_offset <= $2', [tenantId, throughOffset]),
      );
      await window.forget(tenantId, throughOffset);
    },
    close: async () => {
      await redis.close();
      await database.close();
      await server.close();
    },
  };
});

describe('the shared event log', () => {
  let server: TestRedis;
  let database: TestDatabase;
  let redis: RedisAdapter;
  const closers: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    server = await startRedis();
    database = await createTestDatabase();
    redis = await openRedis({ logger: silentLogger }, { url: server.url });
    closers.push(
      () => server.close(),
      () => database.close(),
      () => redis.close(),
    );
  });
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
  });

  /** Three processes of the product, each with its own connection to Redis and one reader; what the readers got. */
  const openReaders = async (tenantId: string): Promise<() => unknown[][]> => {
    const streams = await Promise.all(
      [1, 2, 3].map(async () => {
        const own = await openRedis({ logger: silentLogger }, { url: server.url, commandTimeoutMs: 500 });
        closers.push(() => own.close());
        const log = createSharedEventLog({
          source: createPostgresEventLog(database.api),
          window: createRedisEventLog(own),
          random: Math.random,
        });
        const hub = await createEventHub({ log, random: () => 0 }, { rereadMs: 50 });
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
        return stream;
      }),
    );
    return () =>
      streams.map((stream) =>
        stream.events.map(({ type, data }) =>
          type === 'reset' ? type : Reflect.get(Object(Reflect.get(Object(data), 'data')), 'n'),
        ),
      );
  };
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

  test('flushed, killed and frozen Redis: every reader of every process gets each event once, in order', async () => {
    const { tenantId } = await createTenant(database.system);
    const told = await openReaders(tenantId);
    let count = 0;
    const publish = async (more: number): Promise<void> => {
      const publishOne = publishIn(database);
      for (let i = 0; i < more; i++) await publishOne(tenantId, 'inbox', 'message.received', { n: ++count });
    };
    const everybodyHasAll = (): Promise<void> =>
      eventually(() => expect(told()).toEqual([1, 2, 3].map(() => numbers(count))), { timeout: 15_000 });

    await publish(20);
    await everybodyHasAll();
    await redis.call('flushall');
    await publish(20);
    await everybodyHasAll();
    await publish(5);
    await server.kill();
    await publish(20); // committed and told while there is no Redis
    await everybodyHasAll();
    const back = server.restart();
    await publish(20);
    await back;
    await publish(20);
    await everybodyHasAll();
    server.freeze();
    await publish(10);
    await everybodyHasAll();
    server.thaw();
    await publish(10);
    await everybodyHasAll();
  }, 60_000);

  test('serves from the window what it holds, and brings back what was lost', async () => {
    const { tenantId } = await createTenant(database.system);
    const source = createPostgresEventLog(database.api);
    const window = createRedisEventLog(redis, { prefix: 'alone:' }); // nobody else fills it
    let reads = 0;
    const log = createSharedEventLog(
      {
        source: { ...source, read: (...args) => ((reads += 1), source.read(...args)) },
        window,
        random: Math.random,
      },
      { keepEvents: 50 },
    );
    for (let n = 1; n <= 60; n++) await publishIn(database)(tenantId, 'inbox', 'message.received', { n });
    expect((await log.head(tenantId)).lastOffset).toBe(60);
    expect((await window.page(tenantId, 0, 100)).events.map(({ offset }) => offset)).toEqual(
      numbers(60).slice(10),
    );
    reads = 0;
    expect((await log.read(tenantId, 10, 100)).events).toHaveLength(50);
    expect(reads).toBe(0);
    expect((await log.read(tenantId, 3, 100)).events).toHaveLength(57);
    expect(reads).toBe(1);
  });
});
