import { LRUCache } from 'lru-cache';
import type { CacheClass } from './cache-class.ts';
import type { CacheCounters } from './cache-stats.ts';
import type { Lifetime } from './packed-entry.ts';

/** One value in memory. */
export interface MemoryEntry<T> {
  /** Frozen; `undefined` when it is known that there is none. */
  readonly value: T | undefined;
  /** Milliseconds since 1970; cut short when the invalidations stop coming. */
  freshUntil: number;
  deadUntil: number;
  readonly sizeBytes: number;
  /** Until then no asker starts another load behind the scenes. */
  noRefreshUntil: number;
}

/** The least recently used go first when keys or bytes are too many. Isolation cuts every life short. */
export class MemoryLayer<T> {
  readonly #cacheClass: CacheClass<T>;
  readonly #entries: LRUCache<string, MemoryEntry<T>>;
  readonly #longestMs: number;
  #isIsolated = false;

  /** `isAlone`: there is no Redis to ask again, so a value may stay for its whole life. */
  constructor(cacheClass: CacheClass<T>, counters: CacheCounters, isAlone: boolean) {
    this.#cacheClass = cacheClass;
    this.#longestMs = isAlone ? Number.POSITIVE_INFINITY : cacheClass.memoryTtlMs;
    this.#entries = new LRUCache({
      max: cacheClass.maxKeys,
      maxSize: cacheClass.maxBytes,
      sizeCalculation: (entry) => entry.sizeBytes,
      dispose: (_entry, _key, reason) => {
        if (reason === 'evict') counters.evictions++;
      },
    });
  }

  get keys(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  /** As it is, whether fresh or not. */
  get(text: string): MemoryEntry<T> | undefined {
    return this.#entries.get(text);
  }

  /** Keeps it for as long as its lifetime, the class and isolation allow. */
  set(text: string, value: T | undefined, sizeBytes: number, lifetime: Lifetime, now: number): void {
    const until = now + (this.#isIsolated ? this.#cacheClass.isolatedMs : this.#longestMs);
    const freshUntil = Math.min(lifetime.freshUntil, until);
    const deadUntil = Math.min(lifetime.deadUntil, until);
    if (deadUntil <= now) return;
    this.#entries.set(text, { value, freshUntil, deadUntil, sizeBytes, noRefreshUntil: 0 });
  }

  delete(text: string): boolean {
    return this.#entries.delete(text);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** Other instances can no longer tell us of changes: nothing may live longer than the class's bound from now. */
  isolate(now: number): void {
    this.#isIsolated = true;
    const until = now + this.#cacheClass.isolatedMs;
    for (const entry of this.#entries.values()) {
      entry.freshUntil = Math.min(entry.freshUntil, until);
      entry.deadUntil = Math.min(entry.deadUntil, until);
    }
  }

  /** They can again; what they said meanwhile was missed, so nothing here is to be trusted. */
  rejoin(): void {
    this.#isIsolated = false;
    this.#entries.clear();
  }
}
