import { type ClassContext, lifetimeOf, shortened, tellOthers } from './class-context.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type Load, Loader } from './loader.ts';
import { entryBody, entryValue, packEntry, readHeader } from './packed-entry.ts';
import { SharedReader } from './shared-reader.ts';

/** A value that is decoded when it is asked for, or never. */
export interface LazyValue<T> {
  /** As encoded by the class: for `json` what an HTTP reply may carry. */
  readonly bytes: () => Buffer;
  /** Decoded the first time; `undefined` when the schema refuses it. */
  readonly value: () => T | undefined;
}

/** Everything that is kept of one class. */
export class ClassCache<T> {
  readonly context: ClassContext<T>;
  readonly #reader: SharedReader<T>;
  readonly #loader: Loader<T>;

  constructor(context: ClassContext<T>) {
    this.context = context;
    this.#reader = new SharedReader(context);
    this.#loader = new Loader(context, this.#reader);
  }

  get(text: string): Promise<T | undefined> {
    const { memory, counters, now } = this.context;
    const entry = memory.get(text);
    if (entry !== undefined && now() < entry.freshUntil) {
      counters.memoryHits++;
      if (entry.value === undefined) counters.negativeHits++;
      return Promise.resolve(entry.value);
    }
    return this.#getShared(text);
  }

  getOrLoad(text: string, load: Load<T>): Promise<T | undefined> {
    const { memory, counters, now } = this.context;
    const entry = memory.get(text);
    if (entry !== undefined) {
      const at = now();
      if (at < entry.deadUntil) {
        counters.memoryHits++;
        if (entry.value === undefined) counters.negativeHits++;
        if (at >= entry.freshUntil) this.#renew(text, entry.noRefreshUntil, load, at);
        return Promise.resolve(entry.value);
      }
    }
    return this.#fill(text, load);
  }

  async getLazy(text: string): Promise<LazyValue<T> | undefined> {
    const { cacheClass, memory, counters, shared, now } = this.context;
    const entry = memory.get(text);
    if (entry !== undefined && now() < entry.freshUntil) {
      counters.memoryHits++;
      const { value } = entry;
      if (value === undefined) counters.negativeHits++;
      return value === undefined
        ? undefined
        : { bytes: () => cacheClass.encoding.encode(value), value: () => value };
    }
    const packed = await this.#readPacked(text);
    const header = packed === undefined ? undefined : readHeader(cacheClass, packed);
    if (shared === undefined || packed === undefined || header === undefined || now() >= header.freshUntil) {
      counters.misses++;
      return undefined;
    }
    counters.redisHits++;
    if (header.isNegative) {
      counters.negativeHits++;
      return undefined;
    }
    let decoded: { readonly value: T | undefined } | undefined;
    return {
      bytes: () => entryBody(packed, header),
      value: () => (decoded ??= { value: deepFreeze(entryValue(cacheClass, packed, header)) }).value,
    };
  }

  async set(text: string, value: T, ttlMs?: number): Promise<void> {
    const { cacheClass, memory, counters, shared, now, nextId } = this.context;
    counters.sets++;
    const life = lifetimeOf(this.context, false, ttlMs);
    const packed = packEntry(cacheClass, value, life, nextId());
    this.#taint(text);
    // Before it is sent: news of a later change must find it here to remove it.
    memory.set(text, deepFreeze(value), packed.length, life, now());
    if (shared === undefined) return;
    try {
      await shared.redis.write(text, packed, life.deadUntil - now());
    } catch {
      counters.redisFailures++;
      shared.dirty.add(text);
      const kept = memory.get(text);
      if (kept?.value === value) memory.set(text, value, packed.length, shortened(this.context, life), now());
      return;
    }
    await tellOthers(shared, text);
  }

  async del(text: string): Promise<boolean> {
    const { memory, counters, shared } = this.context;
    counters.deletes++;
    const wasHere = memory.delete(text);
    this.#taint(text);
    if (shared === undefined) return wasHere;
    try {
      const wasThere = await shared.redis.remove(text);
      // What a reader of this instance put back meanwhile was read before.
      memory.delete(text);
      await tellOthers(shared, text);
      return wasHere || wasThere;
    } catch {
      counters.redisFailures++;
      shared.dirty.add(text);
      return wasHere;
    }
  }

  async has(text: string): Promise<boolean> {
    const { cacheClass, memory, counters, shared, now } = this.context;
    const entry = memory.get(text);
    if (entry !== undefined && now() < entry.freshUntil) return entry.value !== undefined;
    if (shared === undefined || shared.dirty.has(text)) return false;
    try {
      const header = readHeader(cacheClass, await shared.redis.readHeader(text));
      return header !== undefined && !header.isNegative && now() < header.freshUntil;
    } catch {
      counters.redisFailures++;
      return false;
    }
  }

  /** Another instance has changed it. */
  changedElsewhere(text: string): void {
    if (this.context.memory.delete(text)) this.context.counters.invalidations++;
    this.#reader.taint(text);
    this.#loader.changedElsewhere(text);
  }

  /** Empties what this instance holds; what is under way is not kept. */
  forgetAll(): void {
    this.context.memory.clear();
    this.#reader.taintAll();
    this.#loader.taintAll();
  }

  /** See `MemoryLayer.rejoin`. */
  rejoin(): void {
    this.forgetAll();
    this.context.memory.rejoin();
  }

  #taint(text: string): void {
    this.#reader.taint(text);
    this.#loader.taint(text);
  }

  async #getShared(text: string): Promise<T | undefined> {
    const { counters, shared, now } = this.context;
    const found = shared === undefined ? undefined : await this.#reader.read(text);
    if (found?.entry === undefined || now() >= found.entry.freshUntil) {
      counters.misses++;
      return undefined;
    }
    counters.redisHits++;
    if (found.entry.value === undefined) counters.negativeHits++;
    return found.entry.value;
  }

  async #fill(text: string, load: Load<T>): Promise<T | undefined> {
    const { counters } = this.context;
    const isShared = this.#loader.isFilling(text);
    let source: 'redis' | 'stale' | 'load' = 'load';
    try {
      const loaded = await this.#loader.fill(text, load);
      source = loaded.source;
      if (source !== 'load' && loaded.value === undefined) counters.negativeHits++;
      return loaded.value;
    } finally {
      if (source === 'load') {
        counters.misses++;
        if (isShared) counters.sharedLoads++;
      } else {
        counters.redisHits++;
        if (source === 'stale') counters.staleHits++;
      }
    }
  }

  #renew(text: string, noRefreshUntil: number, load: Load<T>, at: number): void {
    this.context.counters.staleHits++;
    if (at >= noRefreshUntil) this.#loader.refresh(text, load);
  }

  async #readPacked(text: string): Promise<Buffer | undefined> {
    const { counters, shared } = this.context;
    if (shared === undefined || shared.dirty.has(text)) return undefined;
    try {
      return await shared.redis.read(text);
    } catch {
      counters.redisFailures++;
      return undefined;
    }
  }
}
