import { randomBytes } from 'node:crypto';
import { type Clock, monotonicClock } from '@zaphub/concurrency';
import type { RedisAdapter } from '@zaphub/redis';
import type { Logger } from '@zaphub/telemetry';
import type { CacheClass } from './cache-class.ts';
import { CacheError } from './cache-error.ts';
import { createCounters, sumStats } from './cache-stats.ts';
import { ClassCache } from './class-cache.ts';
import type { Shared } from './class-context.ts';
import { DirtyKeys } from './dirty-keys.ts';
import type { DistributedCache } from './distributed-cache.ts';
import { InvalidationBus } from './invalidation-bus.ts';
import { MemoryLayer } from './memory-layer.ts';
import { RedisLayer } from './redis-layer.ts';

/** What {@link createDistributedCache} works with. */
export interface CacheDeps {
  /** Best an adapter of its own with a short `commandTimeoutMs`; without it the cache is memory alone. */
  readonly redis?: RedisAdapter | undefined;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Milliseconds since 1970. Default Date.now. */
  readonly now?: () => number;
  /** A number from 0 to below 1, for jitter. Default Math.random. */
  readonly random?: () => number;
}

/** Settings of {@link createDistributedCache}. */
export interface CacheSettings {
  /** Start of every key; instances with the same one share their values. Default `zaphub:cache`. */
  readonly prefix?: string;
}

/**
 * A cache with nothing in it. Classes need no registration.
 *
 * @throws CacheError `cache_class_invalid` from its methods when two classes have one name.
 */
export function createDistributedCache(deps: CacheDeps, settings: CacheSettings = {}): DistributedCache {
  const { redis, logger, clock = monotonicClock, now = Date.now, random = Math.random } = deps;
  const prefix = settings.prefix ?? 'zaphub:cache';
  const byName = new Map<string, ClassCache<unknown>>();
  const byClass = new Map<CacheClass<unknown>, ClassCache<unknown>>();
  const nextId = createIds();
  let isIsolated = redis !== undefined;

  const each = (act: (classCache: ClassCache<unknown>) => void): void => {
    for (const classCache of byName.values()) act(classCache);
  };
  const shared = redis === undefined ? undefined : openShared(redis);

  function openShared(adapter: RedisAdapter): Shared {
    const layer = new RedisLayer(adapter, prefix);
    const bus = new InvalidationBus(adapter, prefix, randomBytes(6).toString('hex'), {
      onChanged: (texts) => {
        for (const text of texts) byName.get(text.slice(0, text.indexOf(':')))?.changedElsewhere(text);
      },
      onCleared: (className) => {
        if (className === undefined) each((classCache) => classCache.forgetAll());
        else byName.get(className)?.forgetAll();
      },
      onLive: () => {
        isIsolated = false;
        each((classCache) => classCache.rejoin());
      },
      onLost: () => {
        isIsolated = true;
        each((classCache) => classCache.context.memory.isolate(now()));
      },
    });
    const dirty = new DirtyKeys({
      repair: (text) => layer.remove(text).then(() => bus.tell(text)),
      repairAll: () => layer.clear().then(() => bus.tellCleared(undefined)),
      clock,
      random,
    });
    return { redis: layer, bus, dirty };
  }

  function classCacheOf<T>(cacheClass: CacheClass<T>): ClassCache<T> {
    // Each class is kept beside what was made for it, so the types belong together.
    const known = byClass.get(cacheClass) as ClassCache<T> | undefined;
    return known ?? createClassCache(cacheClass);
  }

  function createClassCache<T>(cacheClass: CacheClass<T>): ClassCache<T> {
    if (byName.has(cacheClass.name)) {
      throw new CacheError('cache_class_invalid', `there are two cache classes called "${cacheClass.name}"`);
    }
    const counters = createCounters();
    const memory = new MemoryLayer(cacheClass, counters, shared === undefined);
    if (isIsolated) memory.isolate(now());
    const classCache = new ClassCache<T>({
      cacheClass,
      memory,
      counters,
      shared,
      now,
      clock,
      random,
      nextId,
      logger,
    });
    // As above.
    byClass.set(cacheClass, classCache as ClassCache<unknown>);
    byName.set(cacheClass.name, classCache as ClassCache<unknown>);
    return classCache;
  }

  const statsOf = (classCaches: readonly ClassCache<unknown>[]) =>
    sumStats(
      classCaches.map(({ context: { counters, memory } }) => ({
        counters,
        keys: memory.keys,
        bytes: memory.bytes,
      })),
    );
  const chosen = (cacheClass: CacheClass<unknown> | undefined): ClassCache<unknown>[] => {
    if (cacheClass === undefined) return [...byName.values()];
    const classCache = byClass.get(cacheClass);
    return classCache === undefined ? [] : [classCache];
  };

  return {
    get: (key) => classCacheOf(key.cacheClass).get(key.text),
    getOrLoad(key, load, options) {
      const value = classCacheOf(key.cacheClass).getOrLoad(key.text, load);
      return options?.signal === undefined ? value : untilAborted(value, options.signal);
    },
    getLazy: (key) => classCacheOf(key.cacheClass).getLazy(key.text),
    set: (key, value, ttlMs) => classCacheOf(key.cacheClass).set(key.text, value, ttlMs),
    del: (key) => classCacheOf(key.cacheClass).del(key.text),
    has: (key) => classCacheOf(key.cacheClass).has(key.text),
    async clear(cacheClass) {
      for (const classCache of chosen(cacheClass)) classCache.forgetAll();
      if (shared === undefined) return;
      try {
        await shared.redis.clear(cacheClass?.name);
        await shared.bus.tellCleared(cacheClass?.name);
      } catch {
        shared.dirty.addAll();
      }
      for (const classCache of chosen(cacheClass)) classCache.forgetAll();
    },
    async getTotalKeys(cacheClass) {
      const inMemory = statsOf(chosen(cacheClass)).totalKeys;
      if (shared === undefined) return inMemory;
      return shared.redis.count(cacheClass?.name).catch(() => inMemory);
    },
    getStats: (cacheClass) => statsOf(chosen(cacheClass)),
    getStatsByClass: () =>
      Object.fromEntries([...byName].map(([name, classCache]) => [name, statsOf([classCache])])),
    resetStats: () => each(({ context }) => void Object.assign(context.counters, createCounters())),
    close() {
      shared?.bus.close();
      shared?.dirty.close();
      each((classCache) => classCache.forgetAll());
    },
  };
}

/** A random start and a count: unlike the ids of every other instance, and cheap. */
function createIds(): () => Buffer {
  const start = randomBytes(4);
  let count = randomBytes(4).readUInt32BE(0);
  return () => {
    const id = Buffer.allocUnsafe(8);
    start.copy(id);
    id.writeUInt32BE(count, 4);
    count = (count + 1) >>> 0;
    return id;
  };
}

async function untilAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  value.catch(() => undefined);
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([value, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
