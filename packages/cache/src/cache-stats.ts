/** Counters of a cache or of one class, since the start or the last reset, in this instance. */
export interface CacheStats {
  /** Askers who got something, from memory or from Redis. */
  readonly hits: number;
  /** Askers for whom nothing usable was kept. */
  readonly misses: number;
  /** `hits` among all askers, 0 to 1; 0 before the first. */
  readonly hitRate: number;
  readonly sets: number;
  readonly deletes: number;
  /** Values thrown out of memory to make room. */
  readonly evictions: number;
  /** Values in memory now. */
  readonly totalKeys: number;
  /** Their encoded bytes. */
  readonly totalBytes: number;
  readonly memoryHits: number;
  readonly redisHits: number;
  /** Hits that were past their time and started a load behind the scenes. */
  readonly staleHits: number;
  /** Hits that said "there is none". */
  readonly negativeHits: number;
  /** Loads that this instance ran. */
  readonly loads: number;
  readonly loadFailures: number;
  /** Askers who shared the load of another asker in this instance. */
  readonly sharedLoads: number;
  /** Values dropped because another instance changed them. */
  readonly invalidations: number;
  /** Times that Redis was wanted and did not answer. */
  readonly redisFailures: number;
  /** Values in Redis that the schema refused or that were damaged. */
  readonly unreadable: number;
}

/** The counters that are counted up; the others are looked up. */
export type CacheCounters = {
  -readonly [Name in Exclude<keyof CacheStats, 'hits' | 'hitRate' | 'totalKeys' | 'totalBytes'>]: number;
};

/** All zero. */
export function createCounters(): CacheCounters {
  return {
    misses: 0,
    sets: 0,
    deletes: 0,
    evictions: 0,
    memoryHits: 0,
    redisHits: 0,
    staleHits: 0,
    negativeHits: 0,
    loads: 0,
    loadFailures: 0,
    sharedLoads: 0,
    invalidations: 0,
    redisFailures: 0,
    unreadable: 0,
  };
}

/** What somebody is told: the sum over some classes. */
export function sumStats(
  parts: readonly { readonly counters: CacheCounters; readonly keys: number; readonly bytes: number }[],
): CacheStats {
  const sum = createCounters();
  let [totalKeys, totalBytes] = [0, 0];
  for (const { counters, keys, bytes } of parts) {
    totalKeys += keys;
    totalBytes += bytes;
    // The keys of an object of our own making.
    for (const name of Object.keys(sum) as (keyof CacheCounters)[]) sum[name] += counters[name];
  }
  const hits = sum.memoryHits + sum.redisHits;
  const askers = hits + sum.misses;
  return { ...sum, hits, hitRate: askers === 0 ? 0 : hits / askers, totalKeys, totalBytes };
}
