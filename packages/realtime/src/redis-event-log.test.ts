import { randomUUID } from 'node:crypto';
import { openRedis } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { startRedis, type TestRedis } from '@zaphub/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createEventHub } from './create-event-hub.ts';
import { describeEventLog } from './event-log-conformance.ts';
import { eventually } from './eventually.ts';
import { createRedisEventLog, type RedisEventLog } from './redis-event-log.ts';
import { openStream, startStreamServer, type TestStream } from './test-stream.ts';

describeEventLog('Redis', async () => {
  const server = await startRedis();
  const redis = await openRedis({ logger: silentLogger }, { url: server.url });
  const log = createRedisEventLog(redis);
  return {
    log,
    publish: (...event) => log.publish(...event),
    forget: (...range) => log.forget(...range),
    close: async () => {
      await redis.close();
      await server.close();
    },
  };
});

describe('a Redis event log', () => {
  let server: TestRedis;
  const closers: (() => Promise<void> | void)[] = [];
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(async () => {
    for (const close of closers.toReversed()) await close();
    await server.close();
  });

  const open = async (): Promise<{ log: RedisEventLog; flush(): Promise<unknown> }> => {
    const redis = await openRedis({ logger: silentLogger }, { url: server.url });
    closers.push(() => redis.close());
    return { log: createRedisEventLog(redis, { keepEvents: 100 }), flush: () => redis.call('flushall') };
  };
  const read = async (log: RedisEventLog, tenantId: string, lastEventId?: string): Promise<TestStream> => {
    const hub = await createEventHub({ log, random: () => 0 }, { rereadMs: 50 });
    closers.push(() => hub.close());
    const http = await startStreamServer((res) => {
      void hub.subscribe(
        {
          tenantId,
          lastEventId,
          expiresAt: new Date(Date.now() + 600_000),
          isAllowed: () => Promise.resolve(true),
        },
        res,
      );
    });
    closers.push(() => http.close());
    const stream = await openStream(http.url);
    await eventually(() => expect(stream.lastEventId).toBeDefined());
    return stream;
  };
  const told = (stream: TestStream): unknown[] =>
    stream.events.map(({ type, data }) => (type === 'reset' ? data : Reflect.get(Object(data), 'data')));
  const reset = (reason: string): unknown => ({ type: 'reset', data: { reason } });

  test('keeps about as many events as it was told, and says which ones are gone', async () => {
    const { log } = await open();
    const tenantId = randomUUID();
    for (let n = 1; n <= 450; n++) await log.publish(tenantId, 'campaign:1', 'campaign.changed', { n });
    const { events } = await log.read(tenantId, 0, 1000);
    expect(events.length).toBeLessThan(300);
    expect(events.at(-1)?.offset).toBe(450);
    const { epoch } = await log.head(tenantId);
    const stream = await read(log, tenantId, `${epoch}.1`);
    await eventually(() => expect(told(stream)).toEqual([reset('too_old')]));
  });

  test('takes events of another log under their own ids, from many at once, without gaps or repeats', async () => {
    const [{ log: a }, { log: b }] = [await open(), await open()];
    const tenantId = randomUUID();
    const events = Array.from({ length: 30 }, (_, i) => ({
      offset: i + 41,
      topic: 'campaign:1',
      type: 'campaign.changed',
      payload: { n: i },
    }));
    const heard = vi.fn();
    const listener = await a.listen(heard, vi.fn());
    expect(await Promise.all([a, b].map((log) => log.append(tenantId, 9, events.slice(0, 20))))).toEqual([
      60, 60,
    ]);
    expect(await a.append(tenantId, 9, events.slice(25))).toBe(60);
    expect(await b.append(tenantId, 9, events.slice(10))).toBe(70);
    expect(await a.page(tenantId, 40, 100)).toEqual({ epoch: 9, lastOffset: 70, events });
    await eventually(() =>
      expect(heard.mock.calls).toEqual([
        [tenantId, 60],
        [tenantId, 70],
      ]),
    );
    expect(await a.append(tenantId, 10, events.slice(0, 1))).toBe(41);
    expect(await b.page(tenantId, 0, 100)).toEqual({ epoch: 10, lastOffset: 41, events: events.slice(0, 1) });
    await listener.close();
  });

  test('that was flushed begins a later epoch, and readers are told to read everything again', async () => {
    const { log, flush } = await open();
    const tenantId = randomUUID();
    for (const n of [1, 2, 3]) await log.publish(tenantId, 'campaign:1', 'campaign.changed', { n });
    const before = await log.head(tenantId);
    const stream = await read(log, tenantId);
    await flush();
    for (const n of [4, 5, 6, 7, 8]) await log.publish(tenantId, 'campaign:1', 'campaign.changed', { n });
    await eventually(() => expect(told(stream)).toContainEqual(reset('other_epoch')));
    expect((await log.head(tenantId)).epoch).toBeGreaterThan(before.epoch);
    await log.publish(tenantId, 'campaign:1', 'campaign.changed', { n: 9 });
    await eventually(() => expect(told(stream).at(-1)).toEqual({ n: 9 }));
    const late = await read(log, tenantId, `${before.epoch}.2`);
    await eventually(() => expect(told(late)).toEqual([reset('other_epoch')]));
  });

  test('that was killed and came back empty: readers are told so, and hear what comes next', async () => {
    const { log } = await open();
    const tenantId = randomUUID();
    await log.publish(tenantId, 'campaign:1', 'campaign.changed', { n: 1 });
    const stream = await read(log, tenantId);
    await server.kill();
    await server.restart();
    await eventually(() => expect(told(stream)).toEqual([reset('other_epoch')]));
    await eventually(() => log.publish(tenantId, 'campaign:1', 'campaign.changed', { n: 2 }));
    await eventually(() => expect(told(stream).at(-1)).toEqual({ n: 2 }));
  });
});
