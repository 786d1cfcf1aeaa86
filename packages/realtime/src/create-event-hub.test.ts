import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEventHub, type EventHubOptions } from './create-event-hub.ts';
import type { ConnectionRegistry } from './connection-registry.ts';
import type { EventHub, Subscription } from './event-hub.ts';
import type { EventLog } from './event-log.ts';
import { createMemoryEventLog, type MemoryEventLog } from './memory-event-log.ts';
import { createMemoryConnectionRegistry } from './memory-connection-registry.ts';
import { openStream, startStreamServer, type TestStream } from './test-stream.ts';
import { eventually } from './eventually.ts';

const tenantId = randomUUID();
const closers: (() => Promise<void> | void)[] = [];
let log: MemoryEventLog;
beforeEach(() => {
  log = createMemoryEventLog({ epoch: 5 });
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Opened {
  hub: EventHub;
  closed: string[];
  errors: unknown[];
  subscribe(subscription?: Partial<Subscription>): Promise<TestStream>;
}

async function open(
  options: EventHubOptions = {},
  from: EventLog = log,
  registry?: ConnectionRegistry,
): Promise<Opened> {
  const closed: string[] = [];
  const errors: unknown[] = [];
  const hub = await createEventHub(
    {
      log: from,
      registry,
      random: () => 0.5,
      onReaderClosed: (_tenant, reason) => closed.push(reason),
      onError: (error) => errors.push(error),
    },
    options,
  );
  closers.push(() => hub.close());
  return {
    hub,
    closed,
    errors,
    async subscribe(subscription = {}) {
      const server = await startStreamServer((res) => {
        hub
          .subscribe(
            {
              tenantId,
              expiresAt: new Date(Date.now() + 60_000),
              isAllowed: () => Promise.resolve(true),
              ...subscription,
            },
            res,
          )
          .catch((error: unknown) => {
            res.statusCode = 500;
            res.end(String(Reflect.get(Object(error), 'code')));
          });
      });
      closers.push(() => server.close());
      const stream = await openStream(server.url);
      closers.push(() => stream.close());
      return stream;
    },
  };
}

const publish = (n: number, topic = 'campaign:1', tenant = tenantId): Promise<number> =>
  log.publish(tenant, topic, 'campaign.changed', { n });
const numbers = (stream: TestStream): unknown[] =>
  stream.events.map((event) => Reflect.get(Object(Reflect.get(Object(event.data), 'data')), 'n'));
const joined = (stream: TestStream): Promise<void> =>
  eventually(() => expect(stream.lastEventId).toBeDefined());

describe('a reader', () => {
  test('gets its tenant’s events from now on, each with its id and type', async () => {
    const { subscribe } = await open();
    await publish(1);
    const stream = await subscribe();
    await joined(stream);
    await publish(2);
    await publish(99, 'campaign:1', randomUUID());
    await publish(3, 'import:9');
    await eventually(() => expect(numbers(stream)).toEqual([2, 3]));
    expect(stream.events[0]).toEqual({
      id: '5.2',
      type: 'campaign.changed',
      data: { type: 'campaign.changed', data: { n: 2 } },
    });
  });

  test('gets the topics it asked for and no others', async () => {
    const { subscribe } = await open();
    const stream = await subscribe({ topics: ['campaign:2', 'import:9'] });
    await joined(stream);
    await publish(1, 'campaign:1');
    await publish(2, 'campaign:2');
    await publish(3, 'import:9');
    await eventually(() => expect(numbers(stream)).toEqual([2, 3]));
  });

  test('gets what it missed, once and in order, while new events keep coming', async () => {
    const { subscribe } = await open();
    for (let n = 1; n <= 20; n++) await publish(n);
    const streams = await Promise.all([
      subscribe({ lastEventId: '5.10' }),
      subscribe({ lastEventId: '5.0' }),
    ]);
    for (let n = 21; n <= 40; n++) await publish(n);
    const from = (first: number): number[] => Array.from({ length: 41 - first }, (_, i) => first + i);
    await eventually(() => expect(streams.map(numbers)).toEqual([from(11), from(1)]));
  });

  test.each<[string, string, string]>([
    ['another epoch', '4.1', 'other_epoch'],
    ['an id that was never given', '5.99', 'ahead_of_log'],
    ['garbage', 'DROP TABLE', 'unknown_id'],
    ['10 kB', '5.'.padEnd(10_000, '1'), 'unknown_id'],
    ['more than is replayed', '5.0', 'too_old'],
  ])(
    'that comes with %s is told to read everything again, then goes on',
    async (_name, lastEventId, reason) => {
      const { subscribe } = await open({ maxReplay: 3 });
      for (const n of [1, 2, 3, 4, 5]) await publish(n);
      const stream = await subscribe({ lastEventId });
      await eventually(() =>
        expect(stream.events).toEqual([
          { id: '5.5', type: 'reset', data: { type: 'reset', data: { reason } } },
        ]),
      );
      await publish(6);
      await eventually(() => expect(stream.events).toHaveLength(2));
    },
  );

  test('is told to read everything again when what it missed is no longer kept', async () => {
    const { subscribe } = await open();
    for (const n of [1, 2, 3]) await publish(n);
    await log.forget(tenantId, 2);
    const stream = await subscribe({ lastEventId: '5.1' });
    await eventually(() => expect(stream.events[0]).toMatchObject({ data: { data: { reason: 'too_old' } } }));
  });

  test('hears a heartbeat, so that nobody takes the line for dead', async () => {
    const { subscribe } = await open({ heartbeatMs: 20 });
    const stream = await subscribe();
    await eventually(() => expect(stream.text.match(/^: heartbeat$/gm)?.length).toBeGreaterThan(2));
    expect(stream.events).toEqual([]);
  });
});

describe('a stream ends', () => {
  const closing = (stream: TestStream): unknown => stream.events.at(-1)?.data;

  test('when the token has expired', async () => {
    const { subscribe, closed } = await open();
    const stream = await subscribe({ expiresAt: new Date(Date.now() + 50) });
    await eventually(() => expect(stream.isEnded).toBe(true));
    expect(closing(stream)).toEqual({ type: 'closing', data: { reason: 'token_expired' } });
    expect(closed).toEqual(['token_expired']);
  });

  test('soon after the person was removed, with nothing after it', async () => {
    let isMember = true;
    const { subscribe } = await open({ recheckMs: 20 });
    const stream = await subscribe({ isAllowed: () => Promise.resolve(isMember) });
    await publish(1);
    await eventually(() => expect(numbers(stream)).toEqual([1]));
    isMember = false;
    await eventually(() => expect(stream.isEnded).toBe(true));
    await publish(2);
    expect(closing(stream)).toEqual({ type: 'closing', data: { reason: 'not_allowed' } });
  });

  test('not because membership could not be looked up for a moment', async () => {
    let asked = 0;
    const { subscribe, errors } = await open({ recheckMs: 10 });
    const stream = await subscribe({
      isAllowed: () => {
        asked += 1;
        return Promise.reject(new Error('the database is away'));
      },
    });
    await eventually(() => expect(asked).toBeGreaterThan(2));
    expect([stream.isEnded, errors.length > 0]).toEqual([false, true]);
  });

  test('when the server closes, and readers are spread out over the time to come back', async () => {
    const { hub, subscribe } = await open({ retrySpreadMs: 10_000 });
    const stream = await subscribe();
    await joined(stream);
    await hub.close();
    await eventually(() => expect(stream.isEnded).toBe(true));
    expect(stream.events.at(-1)).toMatchObject({
      type: 'closing',
      retryMs: 7000,
      data: { data: { reason: 'server_closing' } },
    });
    expect(hub.size()).toBe(0);
    const late = await subscribe();
    await eventually(() => expect(late.text).toBe('unavailable'));
  });

  test('for a reader that does not read, with bounded memory, while the others go on', async () => {
    const { hub, subscribe, closed } = await open({ maxBufferBytes: 100_000 });
    const quick = await subscribe();
    const server = await startStreamServer((res) => {
      void hub.subscribe(
        { tenantId, expiresAt: new Date(Date.now() + 60_000), isAllowed: () => Promise.resolve(true) },
        res,
      );
    });
    closers.push(() => server.close());
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    closers.push(() => void socket.destroy());
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await eventually(() => expect(hub.size()).toBe(2));
    const padding = 'x'.repeat(50_000);
    let sent = 0;
    while (!closed.includes('slow_reader')) {
      expect(sent++).toBeLessThan(1000);
      await log.publish(tenantId, 'campaign:1', 'campaign.changed', { n: sent, padding });
      await eventually(() => expect(quick.lastEventId).toBe(`5.${sent}`), { interval: 2 });
    }
    expect(hub.size()).toBe(1);
    expect(numbers(quick)).toHaveLength(sent);
  });
});

describe('the hub', () => {
  test('takes a bounded number of readers, of a tenant and in all', async () => {
    const { hub, subscribe } = await open({ maxReadersPerTenant: 2, maxReaders: 3 });
    const first = await subscribe();
    await subscribe();
    await eventually(() => expect(hub.size()).toBe(2));
    const third = await subscribe();
    await eventually(() => expect(third.text).toBe('too_many_requests'));
    await subscribe({ tenantId: randomUUID() });
    const other = await subscribe({ tenantId: randomUUID() });
    await eventually(() => expect(other.text).toBe('unavailable'));
    first.close();
    await eventually(() => expect(hub.size()).toBe(2));
  });

  test('serves many readers that come back at once from one reading', async () => {
    let reads = 0;
    const counted: EventLog = {
      ...log,
      read: (...args) => {
        reads += 1;
        return log.read(...args);
      },
    };
    const { subscribe } = await open({}, counted);
    for (let n = 1; n <= 50; n++) await publish(n);
    const streams = await Promise.all(Array.from({ length: 50 }, () => subscribe({ lastEventId: '5.20' })));
    await eventually(() => expect(streams.every((stream) => numbers(stream).length === 30)).toBe(true));
    expect(reads).toBeLessThan(5);
  });

  test('goes on where it was when the log was away, and when announcements were missed', async () => {
    let isAway = false;
    let gap = (): void => undefined;
    const flaky: EventLog = {
      head: (tenant) => log.head(tenant),
      read: (...args) => (isAway ? Promise.reject(new Error('away')) : log.read(...args)),
      listen: (onNews, onGap) => {
        gap = onGap;
        return log.listen((tenant, offset) => {
          if (!isAway || offset === 2) onNews(tenant, offset);
        }, onGap);
      },
    };
    const { subscribe, errors } = await open({ rereadMs: 10 }, flaky);
    const stream = await subscribe();
    await publish(1);
    await eventually(() => expect(numbers(stream)).toEqual([1]));
    isAway = true;
    await publish(2);
    await publish(3);
    await eventually(() => expect(errors.length).toBeGreaterThan(0));
    isAway = false;
    gap();
    await eventually(() => expect(numbers(stream)).toEqual([1, 2, 3]));
  });

  test('tells everybody to read again when the log began anew', async () => {
    let current = log;
    let gap = (): void => undefined;
    const replaced: EventLog = {
      head: (tenant) => current.head(tenant),
      read: (...args) => current.read(...args),
      listen: (_onNews, onGap) => {
        gap = onGap;
        return Promise.resolve({ close: () => Promise.resolve() });
      },
    };
    const { subscribe } = await open({}, replaced);
    const stream = await subscribe();
    await joined(stream);
    current = createMemoryEventLog({ epoch: 6 });
    gap();
    await eventually(() =>
      expect(stream.events).toEqual([
        { id: '6.0', type: 'reset', data: { type: 'reset', data: { reason: 'other_epoch' } } },
      ]),
    );
  });

  test('notices that the log began anew even if nobody says so, before it shows an event of it', async () => {
    let current = log;
    const replaced: EventLog = {
      head: (tenant) => current.head(tenant),
      read: (...args) => current.read(...args),
      listen: (...args) => log.listen(...args),
    };
    const { subscribe, hub } = await open({}, replaced);
    await publish(1);
    const stream = await subscribe();
    await joined(stream);
    current = createMemoryEventLog({ epoch: 6 });
    for (const n of [1, 2, 3]) await current.publish(tenantId, 'campaign:1', 'campaign.changed', { n });
    await publish(2); // announces, as the new log would
    await eventually(() =>
      expect(stream.events).toEqual([
        { id: '6.3', type: 'reset', data: { type: 'reset', data: { reason: 'other_epoch' } } },
      ]),
    );
    expect(hub.metrics().resets).toEqual({ other_epoch: 1 });
  });

  test('never jumps over events that are no longer there', async () => {
    const silent: EventLog = { ...log, listen: (_onNews, onGap) => log.listen(() => undefined, onGap) };
    let gap = (): void => undefined;
    const { subscribe } = await open(
      {},
      {
        ...silent,
        listen: (onNews, onGap) => {
          gap = onGap;
          return silent.listen(onNews, onGap);
        },
      },
    );
    const stream = await subscribe();
    await joined(stream);
    for (const n of [1, 2, 3]) await publish(n);
    await log.forget(tenantId, 2);
    gap();
    await eventually(() =>
      expect(stream.events).toEqual([
        { id: '5.3', type: 'reset', data: { type: 'reset', data: { reason: 'too_old' } } },
      ]),
    );
  });

  test('with spacing wakes a reader at most four times a second, with the newest of each thing', async () => {
    const { subscribe, hub } = await open({ spacingMs: 300 });
    const all = await subscribe();
    const one = await subscribe({ topics: ['campaign:2'] });
    await joined(all);
    await joined(one);
    const start = performance.now();
    let sent = 0;
    while (performance.now() - start < 1500) {
      sent += 1;
      await publish(sent, 'campaign:1');
      await publish(sent, 'campaign:2');
      if (sent % 50 === 0) await log.publish(tenantId, 'inbox', 'message.received', { n: sent });
      await new Promise((resolve) => setTimeout(resolve, 1)); // about 2,000 events a second
    }
    await eventually(() => expect(numbers(one).at(-1)).toBe(sent));
    const seconds = (performance.now() - start) / 1000;
    const received = all.events.filter(({ type }) => type === 'message.received');
    expect(received).toHaveLength(Math.floor(sent / 50));
    expect(one.events.length).toBeLessThanOrEqual(4 * seconds + 1);
    expect(all.events.length - received.length).toBeLessThanOrEqual(2 * (4 * seconds + 1));
    const ids = all.events.map(({ id }) => Number(id?.split('.')[1]));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(hub.metrics().coalesced).toBeGreaterThan(sent);
    // What one stream left out, a reader that comes back does not get either, and it ends up with the same state.
    const again = await subscribe({ lastEventId: ids.length > 2 ? `5.${ids.at(-3)}` : '5.0' });
    await eventually(() => expect(again.lastEventId).toBe(all.lastEventId));
    expect(again.events.at(-1)).toEqual(all.events.at(-1));
  });

  test('writes down who is connected, and strikes out who has gone', async () => {
    const registry = createMemoryConnectionRegistry();
    const { hub, subscribe } = await open({ instance: 'api-7' }, log, registry);
    const userId = randomUUID();
    const stream = await subscribe({ userId });
    await subscribe();
    await eventually(async () => expect(await registry.count()).toBe(2));
    expect(await registry.list(tenantId)).toContainEqual({
      id: 'api-7:1',
      instance: 'api-7',
      tenantId,
      userId,
      connectedAt: expect.any(Date),
    });
    stream.close();
    await eventually(async () => expect(await registry.count()).toBe(1));
    await hub.close();
    expect(await registry.count()).toBe(0);
  });

  test('counts what it does', async () => {
    const { subscribe, hub } = await open();
    const stream = await subscribe();
    await joined(stream);
    await publish(1);
    await publish(2);
    await eventually(() => expect(numbers(stream)).toEqual([1, 2]));
    stream.close();
    await eventually(() => expect(hub.size()).toBe(0));
    expect(hub.metrics()).toMatchObject({
      connections: 0,
      tenants: 0,
      opened: 1,
      closed: { left: 1 },
      events: 2,
      coalesced: 0,
      resets: {},
    });
    expect(hub.metrics().bytes).toBeGreaterThan(100);
  });

  test('serves who does not know chunks, and who asks behind another answer', async () => {
    const { hub } = await open();
    const subscription = {
      tenantId,
      expiresAt: new Date(Date.now() + 60_000),
      isAllowed: () => Promise.resolve(true),
    };
    let answers = 0;
    const server = await startStreamServer((res) => {
      answers += 1;
      if (answers > 1) return void hub.subscribe(subscription, res);
      setTimeout(() => res.end('first'), 50);
    });
    closers.push(() => server.close());
    const ask = (text: string): { text: string } => {
      const state = { text: '' };
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => void socket.write(text));
      socket.on('data', (part) => (state.text += part.toString()));
      closers.push(() => void socket.destroy());
      return state;
    };
    const piped = ask('GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await eventually(() => expect(hub.size()).toBe(1));
    const old = ask('GET / HTTP/1.0\r\n\r\n');
    await eventually(() => expect(hub.size()).toBe(2));
    await publish(1);
    const line = /\n(id: 5\.1\nevent: campaign\.changed\ndata: .*\n\n)/;
    await eventually(() =>
      expect([piped.text, old.text]).toEqual([expect.stringMatching(line), expect.stringMatching(line)]),
    );
    expect(piped.text).toContain('first');
    expect(old.text).not.toMatch(/^[0-9a-f]+\r$/m);
  });
});
