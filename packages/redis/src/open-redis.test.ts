import { createLogger, type Logger, silentLogger } from '@zaphub/telemetry';
import { startRedis, type TestRedis, type TestRedisOptions } from '@zaphub/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRedis, type RedisSettings } from './open-redis.ts';
import type { RedisAdapter } from './redis-adapter.ts';
import { RedisError, type RedisErrorCode } from './redis-error.ts';
import { defineScript } from './script.ts';

type Settings = Omit<RedisSettings, 'url'>;

async function openBoth(
  settings: Settings = {},
  server: TestRedisOptions = {},
  logger: Logger = silentLogger,
): Promise<{ server: TestRedis; redis: RedisAdapter }> {
  const started = await startRedis(server);
  onTestFinished(() => started.close());
  const redis = await openRedis({ logger }, { url: started.url, ...settings });
  onTestFinished(() => redis.close({ deadlineMs: 0 }));
  return { server: started, redis };
}

async function codeOf(promise: Promise<unknown>): Promise<RedisErrorCode | undefined> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RedisError) return error.code;
    throw error;
  }
  return undefined;
}

describe('a healthy Redis', () => {
  it('answers commands in text and in bytes', async () => {
    const { redis } = await openBoth();
    await redis.call('set', ['k', Buffer.from([0xff, 0x00])]);
    expect(await redis.callBuffer('get', ['k'])).toEqual(Buffer.from([0xff, 0x00]));
    expect(await redis.call('incr', ['n'])).toBe(1);
    expect(await redis.call('get', ['missing'])).toBeNull();
  });

  it('is reported with its version and counted', async () => {
    const { redis, server } = await openBoth();
    await redis.call('ping');
    expect(await codeOf(redis.call('nonsense'))).toBe('redis_refused');
    expect(redis.health()).toMatchObject({ state: 'ready', warnings: [], problem: undefined });
    expect(redis.health().version).toMatch(/^\d+\.\d+/);
    expect(redis.health().address).toBe(server.url);
    const metrics = redis.metrics();
    expect(metrics).toMatchObject({
      commands: 2,
      retries: 0,
      inFlight: 0,
      reconnects: 0,
      errors: { redis_refused: 1 },
      connections: { commands: { open: 2, ready: 2 } },
    });
    expect(metrics.latency.count).toBeGreaterThan(0);
    expect(metrics.latency.counts.at(-1)).toBe(metrics.latency.count);
  });

  it('runs scripts, also ones it has never seen or has forgotten', async () => {
    const { redis } = await openBoth();
    const script = defineScript(`return redis.call('incrby', KEYS[1], ARGV[1])`);
    expect(await redis.run(script, ['n'], [2])).toBe(2);
    await redis.call('script', ['flush']);
    expect(await redis.run(script, ['n'], [3])).toBe(5);
    expect(redis.metrics().errors).toEqual({});
  });

  it('walks over the keys that match', async () => {
    const { redis } = await openBoth();
    await Promise.all(Array.from({ length: 2500 }, (_, i) => redis.call('set', [`a:${i}`, 1])));
    await redis.call('set', ['b:1', 1]);
    const seen = new Set<string>();
    for await (const keys of redis.scan('a:*')) for (const key of keys) seen.add(key);
    expect(seen.size).toBe(2500);
  });

  it('delivers what is published, until the subscription is closed', async () => {
    const { redis } = await openBoth();
    const live = Promise.withResolvers<void>();
    const heard: string[] = [];
    const subscription = redis.subscribe('news', {
      onMessage: (payload) => void heard.push(payload.toString()),
      onLive: () => live.resolve(),
    });
    await live.promise;
    expect(subscription.isLive).toBe(true);
    await redis.call('publish', ['news', 'one']);
    await expect.poll(() => heard).toEqual(['one']);
    subscription.close();
    subscription.close();
    await expect.poll(() => redis.call('publish', ['news', 'two'])).toBe(0);
    expect(heard).toEqual(['one']);
  });

  it('goes on telling the others when one listener throws', async () => {
    const { redis } = await openBoth();
    const heard: string[] = [];
    redis.subscribe('news', {
      onMessage: () => {
        throw new Error('mine');
      },
    });
    const second = redis.subscribe('news', { onMessage: (payload) => void heard.push(payload.toString()) });
    await expect.poll(() => second.isLive).toBe(true);
    await redis.call('publish', ['news', 'one']);
    await expect.poll(() => heard).toEqual(['one']);
  });
});

describe('blocking commands', () => {
  it('wait without holding up others', async () => {
    const { redis } = await openBoth();
    const popped = redis.block('blpop', ['jobs', 5], { waitMs: 5000 });
    await expect.poll(() => redis.metrics().connections.blocking.busy).toBe(1);
    await redis.call('rpush', ['jobs', 'a']);
    expect(await popped).toEqual(['jobs', 'a']);
    expect(redis.metrics().connections.blocking).toEqual({ open: 1, busy: 0, waiting: 0 });
  });

  it('stand in a bounded line for a connection', async () => {
    const { redis } = await openBoth({ blockingConnections: 1, maxBlockingWaiting: 1 });
    const first = redis.block('blpop', ['a', 5], { waitMs: 5000 });
    const second = redis.block('blpop', ['b', 5], { waitMs: 5000 });
    await expect.poll(() => redis.metrics().connections.blocking.waiting).toBe(1);
    expect(await codeOf(redis.block('blpop', ['c', 5], { waitMs: 5000 }))).toBe('redis_overloaded');
    await redis.call('rpush', ['b', 'y']);
    await redis.call('rpush', ['a', 'x']);
    expect(await Promise.all([first, second])).toEqual([
      ['a', 'x'],
      ['b', 'y'],
    ]);
  });

  it('end at once when aborted, and take nothing from the list', async () => {
    const { redis } = await openBoth();
    const stop = new AbortController();
    const popped = redis.block('blpop', ['jobs', 0], { waitMs: 60_000, signal: stop.signal });
    await expect
      .poll(async () => String(await redis.call('info', ['clients'])))
      .toContain('blocked_clients:1');
    stop.abort(new Error('enough'));
    await expect(popped).rejects.toThrow('enough');
    await expect
      .poll(async () => String(await redis.call('info', ['clients'])))
      .toContain('blocked_clients:0');
    await redis.call('rpush', ['jobs', 'a']);
    expect(await redis.call('llen', ['jobs'])).toBe(1);
    expect(await redis.block('blpop', ['jobs', 1], { waitMs: 1000 })).toEqual(['jobs', 'a']);
  });

  it('fail with a timeout when Redis freezes, and with unavailable when it is gone', async () => {
    const { redis, server } = await openBoth({ commandTimeoutMs: 200, connectTimeoutMs: 300 });
    const popped = redis.block('blpop', ['jobs', 0.1], { waitMs: 100 });
    await expect.poll(() => redis.metrics().connections.blocking.busy).toBe(1);
    server.freeze();
    expect(await codeOf(popped)).toBe('redis_timeout');
    server.thaw();
    await server.kill();
    expect(await codeOf(redis.block('blpop', ['jobs', 1], { waitMs: 1000 }))).toBe('redis_unavailable');
  });
});

describe('when Redis dies', () => {
  it('fails fast without queueing, says so, and works again by itself', async () => {
    const lines: string[] = [];
    const logger: Logger = {
      ...silentLogger,
      warn: (message) => void lines.push(message),
      info: (message) => void lines.push(message),
    };
    const { redis, server } = await openBoth({ graceMs: 100 }, {}, logger);
    await server.kill();
    await expect.poll(() => redis.health().state).toBe('down');
    const startedAt = performance.now();
    const codes = await Promise.all(Array.from({ length: 200 }, () => codeOf(redis.call('get', ['k']))));
    expect(performance.now() - startedAt).toBeLessThan(500);
    expect(new Set(codes)).toEqual(new Set(['redis_unavailable']));
    expect(redis.metrics().inFlight).toBe(0);
    expect(await redis.check()).toMatchObject({ state: 'down', latencyMs: undefined });
    expect(redis.health().problem).toBeDefined();

    await server.restart();
    await expect.poll(() => redis.call('ping').catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
    await expect.poll(() => redis.health().state, { timeout: 10_000 }).toBe('ready');
    expect(redis.metrics().reconnects).toBeGreaterThan(0);
    expect(lines).toEqual([expect.stringContaining('is away'), expect.stringContaining('is back')]);
  });

  it('carries idempotent commands over a short absence, and others never', async () => {
    const { redis, server } = await openBoth({ graceMs: 10_000, attempts: 50 });
    await server.kill();
    const read = redis.call('get', ['k']);
    expect(await codeOf(redis.call('incr', ['n']))).toBe('redis_unavailable');
    await server.restart();
    expect(await read).toBeNull();
    expect(redis.metrics().retries).toBeGreaterThan(0);
    expect(await redis.call('get', ['n'])).toBeNull();
  });

  it('fails what was in flight', async () => {
    const { redis, server } = await openBoth({ graceMs: 50 });
    server.freeze();
    const waiting = codeOf(redis.call('incr', ['n']));
    await server.kill();
    expect(await waiting).toBe('redis_unavailable');
  });

  it('tells subscribers of the gap and brings them back', async () => {
    const { redis, server } = await openBoth();
    const told: string[] = [];
    redis.subscribe('news', {
      onMessage: (payload) => void told.push(payload.toString()),
      onLive: () => void told.push('live'),
      onLost: () => void told.push('lost'),
    });
    await expect.poll(() => told).toEqual(['live']);
    await server.restart();
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['live', 'lost', 'live']);
    await expect.poll(() => redis.call('publish', ['news', 'hello']).catch(() => 0)).toBe(1);
    await expect.poll(() => told.at(-1)).toBe('hello');
  });
});

describe('when this process stands still', () => {
  it('blames nobody for the answers that it has not read yet', async () => {
    const { redis } = await openBoth({ commandTimeoutMs: 100, attempts: 1 });
    const counts = [redis.call('incr', ['n'])];
    await new Promise(setImmediate); // it has left
    counts.push(redis.call('incr', ['n'])); // it has not
    const until = performance.now() + 300;
    while (performance.now() < until);
    expect(await Promise.all(counts)).toEqual([1, 2]);
    expect(redis.metrics()).toMatchObject({ reconnects: 0, errors: {} });
  });
});

describe('when Redis freezes', () => {
  it('answers with a timeout, then fast, and recovers when it thaws', async () => {
    const { redis, server } = await openBoth({ commandTimeoutMs: 200, connectTimeoutMs: 300, graceMs: 100 });
    server.freeze();
    const codes = await Promise.all([codeOf(redis.call('incr', ['n'])), codeOf(redis.call('incr', ['n']))]);
    expect(codes).toEqual(['redis_timeout', 'redis_timeout']);
    await expect.poll(() => codeOf(redis.call('incr', ['n'])), { timeout: 5000 }).toBe('redis_unavailable');
    server.thaw();
    await expect.poll(() => redis.call('ping').catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
  });

  it('notices on the subscriber by its heartbeat', async () => {
    const { redis, server } = await openBoth({
      commandTimeoutMs: 200,
      connectTimeoutMs: 300,
      heartbeatMs: 50,
    });
    const told: string[] = [];
    redis.subscribe('news', {
      onMessage: () => undefined,
      onLive: () => void told.push('live'),
      onLost: () => void told.push('lost'),
    });
    await expect.poll(() => told).toEqual(['live']);
    server.freeze();
    await expect.poll(() => told, { timeout: 5000 }).toEqual(['live', 'lost']);
    server.thaw();
    await expect.poll(() => told, { timeout: 10_000 }).toEqual(['live', 'lost', 'live']);
  });

  it('takes no more commands than its bound', async () => {
    const { redis, server } = await openBoth({ maxInFlight: 3, commandTimeoutMs: 500 });
    server.freeze();
    const waiting = ['a', 'b', 'c'].map((key) => codeOf(redis.call('incr', [key])));
    expect(redis.metrics().inFlight).toBe(3);
    expect(await codeOf(redis.call('incr', ['d']))).toBe('redis_overloaded');
    server.thaw();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined, undefined]);
  });

  it('is noticed by the regular check alone', async () => {
    const { redis, server } = await openBoth({ commandTimeoutMs: 100, healthCheckMs: 50, graceMs: 50 });
    server.freeze();
    await expect.poll(() => redis.health().state, { timeout: 5000 }).toBe('down');
    server.thaw();
    await expect.poll(() => redis.health().state, { timeout: 10_000 }).toBe('ready');
  });
});

describe('in other trouble', () => {
  it('a slow command ends with a timeout and does not harm the next', async () => {
    const { redis } = await openBoth(
      { commandTimeoutMs: 100 },
      { settings: { 'enable-debug-command': 'yes' } },
    );
    expect(await codeOf(redis.call('debug', ['sleep', '0.4']))).toBe('redis_timeout');
    await expect.poll(() => redis.call('ping').catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
  });

  it('a full Redis refuses writes by a code of its own', async () => {
    const { redis } = await openBoth();
    await redis.call('set', ['k', 'x'.repeat(2_000_000)]);
    await redis.call('config', ['set', 'maxmemory', '1mb']);
    expect(await codeOf(redis.call('set', ['j', 'x']))).toBe('redis_full');
    expect(await redis.call('strlen', ['k'])).toBe(2_000_000);
  });

  it('warns of eviction, once, and shows it', async () => {
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (message) => void lines.push(message) };
    const server: TestRedisOptions = { settings: { 'maxmemory-policy': 'allkeys-lru' } };
    const { redis } = await openBoth({}, server, logger);
    await redis.check();
    expect(redis.health().warnings).toEqual([expect.stringContaining('noeviction')]);
    expect(lines).toHaveLength(1);
    const second = await openBoth({ needsNoEviction: false }, server, logger);
    expect(second.redis.health().warnings).toEqual([]);
  });

  it('an abort ends the wait at once', async () => {
    const { redis, server } = await openBoth();
    server.freeze();
    const stop = new AbortController();
    const waiting = redis.call('get', ['k'], { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(redis.call('get', ['k'], { signal: stop.signal })).rejects.toThrow('enough');
    server.thaw();
  });

  it('opens without Redis, and uses it as soon as it is there', async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    await server.kill();
    const redis = await openRedis(
      { logger: silentLogger },
      { url: server.url, connectTimeoutMs: 200, graceMs: 50 },
    );
    onTestFinished(() => redis.close());
    expect(redis.health().state).toBe('down');
    const live = Promise.withResolvers<void>();
    redis.subscribe('news', { onMessage: () => undefined, onLive: () => live.resolve() });
    await server.restart();
    await expect.poll(() => redis.call('ping').catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
    await live.promise;
  });
});

describe('close', () => {
  it('waits for answers that are on their way, and refuses what comes after', async () => {
    const { redis } = await openBoth();
    const answer = redis.call('incr', ['n']);
    const popped = codeOf(redis.block('blpop', ['jobs', 5], { waitMs: 5000 }));
    const closing = redis.close();
    expect(await codeOf(redis.call('get', ['k']))).toBe('redis_closed');
    expect(await answer).toBe(1);
    expect(await popped).toBe('redis_closed');
    await closing;
    expect(redis.health().state).toBe('closed');
    expect((await redis.check()).state).toBe('closed');
  });

  it('ends within its deadline when Redis is frozen', async () => {
    const { redis, server } = await openBoth();
    server.freeze();
    const waiting = codeOf(redis.call('incr', ['n']));
    await redis.close({ deadlineMs: 20 });
    expect(await waiting).toBe('redis_unavailable');
    server.thaw();
  });

  it('leaves no secret in what it tells', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      name: 'test',
      level: 'debug',
      destination: { write: (line: string) => void lines.push(line) },
    });
    const redis = await openRedis(
      { logger },
      { url: 'redis://user:hunter2@127.0.0.1:1', connectTimeoutMs: 50 },
    );
    await redis.close();
    expect(JSON.stringify([redis.health(), lines])).not.toContain('hunter2');
  });
});
