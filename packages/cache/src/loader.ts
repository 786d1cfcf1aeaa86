import { CacheError } from './cache-error.ts';
import { type ClassContext, lifetimeOf, type Shared, shortened, tellOthers } from './class-context.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type Flight, Flights } from './flights.ts';
import { KeyWaiters } from './key-waiters.ts';
import { type Lifetime, packEntry } from './packed-entry.ts';
import type { SharedReader } from './shared-reader.ts';

/** Fetches a value from where it really lives; `undefined` when there is none. */
export type Load<T> = (context: { readonly signal: AbortSignal }) => Promise<T | undefined>;

/** A value and where it came from. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly source: 'redis' | 'stale' | 'load';
}

/** A claim outlives the load it is for by this much, so that it is not lost in the last moment. */
const claimMarginMs = 1000;
/** News of another's load may get lost, so the value is looked for this often while waiting. */
const pollMs = { least: 50, most: 150 } as const;
/** After a load behind the scenes has begun, the next may begin this much later. */
const refreshPauseMs = 1000;

/**
 * Loads each missing value once: askers in this instance share one load, and of all instances the one that has the
 * claim loads while the others wait for its value, for at most the time of a load; then they load themselves.
 */
export class Loader<T> {
  readonly #context: ClassContext<T>;
  readonly #reader: SharedReader<T>;
  readonly #fills = new Flights<Loaded<T>>();
  readonly #refreshes = new Flights<unknown>();
  readonly #waiters: KeyWaiters;

  constructor(context: ClassContext<T>, reader: SharedReader<T>) {
    this.#context = context;
    this.#reader = reader;
    this.#waiters = new KeyWaiters(context.clock);
  }

  /** True while askers of this instance wait for this key. */
  isFilling(text: string): boolean {
    return this.#fills.has(text);
  }

  /** From Redis, or loaded. @throws whatever `load` throws; CacheError `cache_load_timeout`. */
  fill(text: string, load: Load<T>): Promise<Loaded<T>> {
    return this.#fills.share(text, (flight) => this.#fill(text, load, flight));
  }

  /** Loads behind the scenes, unless that is happening; `seen` as in Redis, or asked for when it is not known. */
  refresh(text: string, load: Load<T>, seen?: Buffer): void {
    if (this.#refreshes.has(text)) return;
    const { memory, now, logger, cacheClass } = this.#context;
    const entry = memory.get(text);
    if (entry !== undefined) {
      if (now() < entry.noRefreshUntil) return;
      entry.noRefreshUntil = now() + refreshPauseMs;
    }
    this.#refreshes
      .share(text, (flight) => this.#refresh(text, load, seen, flight))
      // The old value lives on until its end; by then somebody hears of the failure.
      .catch((error: unknown) =>
        logger.warn('a cached value was not renewed', { cacheClass: cacheClass.name, error }),
      );
  }

  /** Changed by this instance. */
  taint(text: string): void {
    this.#fills.taint(text);
    this.#refreshes.taint(text);
    this.#waiters.wake(text);
  }

  /** Changed by another instance: perhaps this is the value that is waited for. */
  changedElsewhere(text: string): void {
    if (this.#waiters.has(text)) this.#waiters.wake(text);
    else this.taint(text);
  }

  taintAll(): void {
    this.#fills.taintAll();
    this.#refreshes.taintAll();
    this.#waiters.wakeAll();
  }

  async #fill(text: string, load: Load<T>, flight: Flight): Promise<Loaded<T>> {
    const { shared, cacheClass, clock, now, random } = this.#context;
    const waitUntil = clock.now() + cacheClass.loadTimeoutMs + claimMarginMs;
    for (;;) {
      const found = await this.#reader.read(text);
      if (shared === undefined || !found.isReached) return this.#loadAlone(text, load, flight);
      if (found.entry !== undefined) {
        const isFresh = now() < found.entry.freshUntil;
        if (!isFresh) this.refresh(text, load, found.seen);
        return { value: found.entry.value, source: isFresh ? 'redis' : 'stale' };
      }
      const token = this.#context.nextId();
      const claim = await this.#claim(shared, text, found.seen, token);
      if (claim === 'claimed')
        return this.#loadAndStore(shared, text, load, flight, { seen: found.seen, token });
      if (claim === 'away' || clock.now() >= waitUntil) return this.#loadAlone(text, load, flight);
      if (claim === 'busy')
        await this.#waiters.wait(text, pollMs.least + random() * (pollMs.most - pollMs.least));
    }
  }

  async #refresh(text: string, load: Load<T>, seen: Buffer | undefined, flight: Flight): Promise<unknown> {
    const { shared } = this.#context;
    if (shared === undefined) return this.#loadAlone(text, load, flight);
    let header = seen;
    try {
      header ??= await shared.redis.readHeader(text);
    } catch {
      return this.#loadAlone(text, load, flight);
    }
    const token = this.#context.nextId();
    const claim = await this.#claim(shared, text, header, token);
    if (claim === 'away') return this.#loadAlone(text, load, flight);
    // Otherwise another instance is at it, or has been: its news will reach us.
    return claim === 'claimed'
      ? this.#loadAndStore(shared, text, load, flight, { seen: header, token })
      : undefined;
  }

  async #claim(shared: Shared, text: string, seen: Buffer, token: Buffer) {
    try {
      return await shared.redis.claim(
        text,
        seen,
        token,
        this.#context.cacheClass.loadTimeoutMs + claimMarginMs,
      );
    } catch {
      this.#context.counters.redisFailures++;
      return 'away';
    }
  }

  async #loadAndStore(
    shared: Shared,
    text: string,
    load: Load<T>,
    flight: Flight,
    claim: { readonly seen: Buffer; readonly token: Buffer },
  ): Promise<Loaded<T>> {
    const { cacheClass, memory, counters, now, nextId } = this.#context;
    let value: T | undefined;
    let packed: Buffer | undefined;
    let life: Lifetime;
    try {
      value = deepFreeze(await this.#load(load));
      life = lifetimeOf(this.#context, value === undefined);
      const isKept = value !== undefined || cacheClass.negativeTtlMs > 0;
      packed = isKept ? packEntry(cacheClass, value, life, nextId()) : undefined;
    } catch (error) {
      await this.#giveBack(shared, text, claim.token);
      throw error;
    }
    if (packed === undefined) {
      await this.#giveBack(shared, text, claim.token);
      return { value, source: 'load' };
    }
    try {
      const isStored = await shared.redis.store(
        text,
        claim.seen,
        claim.token,
        packed,
        life.deadUntil - now(),
      );
      if (isStored && !flight.isTainted) memory.set(text, value, packed.length, life, now());
    } catch {
      // Nobody knows whether it was stored; it will be removed when Redis is back.
      counters.redisFailures++;
      shared.dirty.add(text);
      if (!flight.isTainted) memory.set(text, value, packed.length, shortened(this.#context, life), now());
    }
    void tellOthers(shared, text);
    return { value, source: 'load' };
  }

  /** Without Redis, or as if. */
  async #loadAlone(text: string, load: Load<T>, flight: Flight): Promise<Loaded<T>> {
    const { cacheClass, memory, shared, now, nextId } = this.#context;
    const value = deepFreeze(await this.#load(load));
    if (flight.isTainted || (value === undefined && cacheClass.negativeTtlMs === 0))
      return { value, source: 'load' };
    const life = lifetimeOf(this.#context, value === undefined);
    const { length } = packEntry(cacheClass, value, life, nextId());
    memory.set(text, value, length, shared === undefined ? life : shortened(this.#context, life), now());
    return { value, source: 'load' };
  }

  /** So that another instance may try at once. Failing that, the claim ends by itself. */
  async #giveBack(shared: Shared, text: string, token: Buffer): Promise<void> {
    try {
      await shared.redis.release(text, token);
    } catch {
      this.#context.counters.redisFailures++;
    }
    void tellOthers(shared, text);
  }

  async #load(load: Load<T>): Promise<T | undefined> {
    const { cacheClass, counters, clock } = this.#context;
    const stop = new AbortController();
    const late = Promise.withResolvers<never>();
    const cancel = clock.timer(cacheClass.loadTimeoutMs, () => {
      const error = new CacheError(
        'cache_load_timeout',
        `a value of cache class "${cacheClass.name}" took longer than ${cacheClass.loadTimeoutMs} ms to load`,
      );
      stop.abort(error);
      late.reject(error);
    });
    counters.loads++;
    try {
      return await Promise.race([load({ signal: stop.signal }), late.promise]);
    } catch (error) {
      counters.loadFailures++;
      throw error;
    } finally {
      cancel();
    }
  }
}
