import type { CacheKey } from './cache-key.ts';
import type { CacheClass } from './cache-class.ts';
import type { CacheStats } from './cache-stats.ts';
import type { LazyValue } from './class-cache.ts';
import type { Load } from './loader.ts';

/**
 * Values by typed keys, in the memory of this instance and, where there is one, in a Redis that all instances share.
 * Nothing here fails because Redis is away: then each instance goes on with its own memory. Values are shared by
 * their users and frozen.
 */
export interface DistributedCache {
  /** The fresh value, or `undefined` when there is none, which includes "known not to exist". */
  get<T>(key: CacheKey<T>): Promise<T | undefined>;
  /**
   * The value, loaded if need be: once for all who ask at the same time, in all instances. A value past its time is
   * handed out for `staleMs` more while a new one is loaded. `signal` ends the wait, not the load.
   *
   * @throws whatever `load` throws; CacheError `cache_load_timeout`; the signal's reason.
   */
  getOrLoad<T>(
    key: CacheKey<T>,
    load: Load<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T | undefined>;
  /** As `get`, but what comes from Redis is neither decoded nor kept in memory until its value is asked for. */
  getLazy<T>(key: CacheKey<T>): Promise<LazyValue<T> | undefined>;
  /** Keeps a value for `ttlMs`, or for the class's time; resolves when other instances have been told. */
  set<T>(key: CacheKey<T>, value: T, ttlMs?: number): Promise<void>;
  /** Forgets a value everywhere, and what is being loaded for it; true when there was one. */
  del(key: CacheKey<unknown>): Promise<boolean>;
  /** Whether `get` would find something. */
  has(key: CacheKey<unknown>): Promise<boolean>;
  /** Forgets every value of a class, or of all, everywhere. Costs a walk over every key in Redis. */
  clear(cacheClass?: CacheClass<unknown>): Promise<void>;
  /** Keys in Redis, of a class or of all, which costs a walk over every key; without Redis those in memory. */
  getTotalKeys(cacheClass?: CacheClass<unknown>): Promise<number>;
  /** Counters of this instance, of a class or the sum of all. */
  getStats(cacheClass?: CacheClass<unknown>): CacheStats;
  /** Counters of each class that has been used, by its name. */
  getStatsByClass(): Readonly<Record<string, CacheStats>>;
  resetStats(): void;
  /** Lets go of everything; must not be used afterwards. The adapter of Redis stays open: it is its owner's. */
  close(): void;
}
