import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openRedis } from '@zaphub/redis';
import { silentLogger } from '@zaphub/telemetry';
import { startRedis } from '@zaphub/testing';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './eventually.ts';
import { createRedisEventLog } from './redis-event-log.ts';
import { startBalancer } from './test-balancer.ts';
import { openStream } from './test-stream.ts';

const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface FollowedStream {
  readonly types: string[];
  readonly numbers: unknown[];
  connections: number;
  hasJoined: boolean;
}

/** Reads as a browser does: comes back with the last id whenever the stream ends, until the test is over. */
function follow(url: string): FollowedStream {
  const followed: FollowedStream = { types: [], numbers: [], connections: 0, hasJoined: false };
  const over = new AbortController();
  let lastEventId: string | undefined;
  let leave = (): void => undefined;
  closers.push(() => {
    over.abort();
    leave();
  });
  const read = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      const stream = await openStream(url, { headers }).catch(() => undefined);
      if (stream === undefined) {
        await pause(20);
        continue;
      }
      leave = () => stream.close();
      followed.connections += 1;
      let seen = 0;
      const take = (): void => {
        for (const { type, data } of stream.events.slice(seen)) {
          followed.types.push(type);
          followed.numbers.push(Reflect.get(Object(Reflect.get(Object(data), 'data')), 'n'));
        }
        seen = stream.events.length;
        lastEventId = stream.lastEventId ?? lastEventId;
        followed.hasJoined ||= lastEventId !== undefined;
      };
      while (!stream.isEnded && !over.signal.aborted) {
        take();
        await pause(10);
      }
      take();
    }
  };
  void read();
  return followed;
}

test('three instances, one of them killed: every event reaches every reader once and in order', async () => {
  const tenantId = randomUUID();
  const server = await startRedis();
  closers.push(() => server.close());
  const redis = await openRedis({ logger: silentLogger }, { url: server.url });
  closers.push(() => redis.close());
  const log = createRedisEventLog(redis);
  const start = async (): Promise<{ child: ChildProcess; port: number }> => {
    const child = fork(join(import.meta.dirname, 'test-instance.ts'), [server.url, tenantId], {
      execArgv: [],
    });
    closers.push(() => void child.kill('SIGKILL'));
    const [port] = await once(child, 'message');
    return { child, port: Number(port) };
  };
  const instances = await Promise.all([start(), start(), start()]);
  const balancer = await startBalancer(instances.map(({ port }) => port));
  closers.push(() => balancer.close());
  await log.publish(tenantId, 'inbox', 'message.received', { n: 0 });
  const readers = Array.from({ length: 12 }, () => follow(balancer.url));
  await eventually(() => expect(readers.every(({ hasJoined }) => hasJoined)).toBe(true));

  const total = 300;
  for (let n = 1; n <= total; n++) {
    await log.publish(tenantId, 'inbox', 'message.received', { n });
    if (n === 100) instances[1]?.child.kill('SIGKILL');
    if (n % 10 === 0) await pause(10);
  }
  const all = Array.from({ length: total }, (_, i) => i + 1);
  await eventually(() =>
    expect(readers.map(({ numbers }) => numbers.length)).toEqual(readers.map(() => total)),
  );
  for (const { numbers } of readers) expect(numbers).toEqual(all);
  expect(readers.every(({ types }) => types.every((type) => type === 'message.received'))).toBe(true);
  expect(readers.filter(({ connections }) => connections > 1)).toHaveLength(4);
}, 60_000);
