import { type Clock, monotonicClock } from '../time/clock.ts';
import { Entry } from './coalesce-entry.ts';
import { Load, type LoadContext } from './coalesce-load.ts';
import type { CoalesceOptions, CoalesceStats } from './coalesce-options.ts';
import { LinkedList } from './linked-list.ts';
import { LoadUnwantedError } from './load-unwanted-error.ts';

/**
 * Remembers what a loader gave for each key and calls it once at a time for a key, however many ask: they share the
 * load. A caller that aborts leaves at once and the others go on waiting; when the last one has left, the load is
 * aborted. A load that began before its key was deleted still answers those who wait for it and stores nothing.
 */
export class CoalescingCache<K, V> {
  readonly #loader: (key: K, context: LoadContext) => PromiseLike<V> | V;
  readonly #ttlMs: number;
  readonly #staleMs: number;
  readonly #negativeTtlMs: number;
  readonly #isNegative: (value: V) => boolean;
  readonly #maxEntries: number;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #entries = new Map<K, Entry<K, V>>();
  /** The least recently used first. */
  readonly #stored = new LinkedList<Entry<K, V>>();
  #hits = 0;
  #staleHits = 0;
  #misses = 0;
  #joined = 0;
  #loads = 0;
  #failures = 0;
  #evictions = 0;
  #loading = 0;

  /** @throws RangeError for times or a size that are none. */
  constructor(
    loader: (key: K, context: LoadContext) => PromiseLike<V> | V,
    {
      ttlMs = 0,
      staleMs = 0,
      negativeTtlMs = 0,
      isNegative = (value) => value === undefined,
      maxEntries = 1000,
      clock = monotonicClock,
    }: CoalesceOptions<V> = {},
  ) {
    for (const [name, ms] of Object.entries({ ttlMs, staleMs, negativeTtlMs })) {
      if (!(ms >= 0)) throw new RangeError(`${name} must be from 0, not ${ms}`);
    }
    if (maxEntries !== Infinity && (!Number.isInteger(maxEntries) || maxEntries < 1)) {
      throw new RangeError(`maxEntries must be a whole number from 1, not ${maxEntries}`);
    }
    this.#loader = loader;
    this.#ttlMs = ttlMs;
    this.#staleMs = staleMs;
    this.#negativeTtlMs = negativeTtlMs;
    this.#isNegative = isNegative;
    this.#maxEntries = maxEntries;
    this.#clock = clock;
  }

  get stats(): CoalesceStats {
    return {
      hits: this.#hits,
      staleHits: this.#staleHits,
      misses: this.#misses,
      joined: this.#joined,
      loads: this.#loads,
      failures: this.#failures,
      evictions: this.#evictions,
      size: this.#stored.size,
      loading: this.#loading,
    };
  }

  /**
   * The value of a key: the one remembered, or the one that is being loaded, or a new load's. A loader that waits for
   * its own key waits for ever.
   *
   * @throws whatever the loader threw, also earlier when failures are remembered; the signal's reason.
   */
  get(key: K, signal?: AbortSignal): Promise<V> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const entry = this.#entries.get(key);
    if (entry === undefined || !entry.isStored) return this.#getAbsent(key, entry, signal);
    const { freshUntilMs } = entry;
    // Reading the clock is a good part of what a hit costs.
    if (freshUntilMs !== Infinity) {
      const nowMs = this.#clock.now();
      if (nowMs >= freshUntilMs) return this.#getOld(entry, nowMs, signal);
    }
    this.#hits++;
    return this.#answer(entry);
  }

  /** Forgets a key; whether it was remembered or being loaded. A load that nobody waits for is aborted. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#drop(entry);
    return true;
  }

  /** {@link delete} for all keys. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#drop(entry);
  }

  #getOld(entry: Entry<K, V>, nowMs: number, signal: AbortSignal | undefined): Promise<V> {
    if (nowMs >= entry.staleUntilMs) {
      this.#forget(entry);
      return this.#getAbsent(entry.key, entry, signal);
    }
    this.#staleHits++;
    if (entry.load === undefined) this.#load(entry);
    return this.#answer(entry);
  }

  #getAbsent(key: K, known: Entry<K, V> | undefined, signal: AbortSignal | undefined): Promise<V> {
    const entry = known ?? this.#add(key);
    let { load } = entry;
    if (load === undefined) {
      this.#misses++;
      load = this.#load(entry);
    } else {
      this.#joined++;
    }
    const joined = load;
    return signal === undefined
      ? joined.join()
      : joined.joinUntil(signal, () => this.#abandon(entry, joined));
  }

  #answer(entry: Entry<K, V>): Promise<V> {
    this.#stored.moveToEnd(entry);
    return entry.value ?? Promise.reject(entry.failure);
  }

  #add(key: K): Entry<K, V> {
    const entry = new Entry<K, V>(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #load(entry: Entry<K, V>): Load<V> {
    const load = new Load<V>();
    entry.load = load;
    this.#loads++;
    this.#loading++;
    const called = this.#call(entry.key, load.context);
    load.isBeginning = false;
    called.then(
      (value) => this.#loaded(entry, load, value),
      (error: unknown) => this.#failed(entry, load, error),
    );
    return load;
  }

  #call(key: K, context: LoadContext): Promise<V> {
    try {
      return Promise.resolve(this.#loader(key, context));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #loaded(entry: Entry<K, V>, load: Load<V>, value: V): void {
    let isNegative: boolean;
    try {
      isNegative = this.#isNegative(value);
    } catch (error) {
      this.#failed(entry, load, error);
      return;
    }
    this.#loading--;
    const settled = load.succeed(value);
    if (entry.load !== load) return;
    entry.load = undefined;
    entry.value = settled;
    entry.failure = undefined;
    if (isNegative) this.#store(entry, this.#negativeTtlMs, 0);
    else this.#store(entry, this.#ttlMs, this.#staleMs);
  }

  #failed(entry: Entry<K, V>, load: Load<V>, error: unknown): void {
    this.#loading--;
    load.fail(error);
    if (entry.load !== load) return;
    entry.load = undefined;
    this.#failures++;
    const nowMs = this.#clock.now();
    if (entry.isStored && nowMs < entry.staleUntilMs) {
      entry.freshUntilMs = Math.min(entry.staleUntilMs, nowMs + this.#negativeTtlMs);
      return;
    }
    entry.value = undefined;
    entry.failure = error;
    this.#store(entry, this.#negativeTtlMs, 0);
  }

  #store(entry: Entry<K, V>, ttlMs: number, staleMs: number): void {
    if (ttlMs + staleMs === 0) {
      this.#drop(entry);
      return;
    }
    entry.freshUntilMs = ttlMs === Infinity ? Infinity : this.#clock.now() + ttlMs;
    entry.staleUntilMs = entry.freshUntilMs + staleMs;
    if (entry.isStored) this.#stored.remove(entry);
    entry.isStored = true;
    this.#stored.push(entry);
    const oldest = this.#stored.size > this.#maxEntries ? this.#stored.first : undefined;
    if (oldest === undefined) return;
    this.#evictions++;
    this.#drop(oldest);
  }

  /** What is stored is of no use any more; the entry stays in the map for its load. */
  #forget(entry: Entry<K, V>): void {
    if (!entry.isStored) return;
    entry.isStored = false;
    entry.value = undefined;
    entry.failure = undefined;
    this.#stored.remove(entry);
  }

  #drop(entry: Entry<K, V>): void {
    this.#forget(entry);
    this.#entries.delete(entry.key);
    const { load } = entry;
    entry.load = undefined;
    if (load?.isUnwanted === true) load.context.abort(new LoadUnwantedError());
  }

  #abandon(entry: Entry<K, V>, load: Load<V>): void {
    if (entry.load === load) this.#drop(entry);
    else load.context.abort(new LoadUnwantedError());
  }
}

/**
 * A {@link CoalescingCache} in front of a loader.
 *
 * @throws RangeError for times or a size that are none.
 * @example
 * ```ts
 * import { coalesce } from '@zaphub/concurrency';
 *
 * let loads = 0;
 * const squares = coalesce(async (n: number) => (loads++, n * n), { ttlMs: 60_000, maxEntries: 100 });
 * console.log(await Promise.all([squares.get(3), squares.get(3)]), loads);
 * ```
 */
export function coalesce<K, V>(
  loader: (key: K, context: LoadContext) => PromiseLike<V> | V,
  options?: CoalesceOptions<V>,
): CoalescingCache<K, V> {
  return new CoalescingCache(loader, options);
}
