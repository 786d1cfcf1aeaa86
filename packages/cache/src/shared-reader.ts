import type { ClassContext } from './class-context.ts';
import { deepFreeze } from './deep-freeze.ts';
import { type Flight, Flights } from './flights.ts';
import { entryValue, headerBytes, type Lifetime, readHeader } from './packed-entry.ts';

/** What Redis had to say about a key. */
export interface Found<T> {
  /** False when Redis was away, or must not be asked about this key for now. */
  readonly isReached: boolean;
  /** First bytes of what is kept; empty for nothing. */
  readonly seen: Buffer;
  /** Only when it can be used now. */
  readonly entry: FoundEntry<T> | undefined;
}

/** A value in Redis that may be handed out, fresh or not. */
export interface FoundEntry<T> extends Lifetime {
  readonly value: T | undefined;
}

const nothingSeen = Buffer.alloc(0);
const away: Found<never> = { isReached: false, seen: nothingSeen, entry: undefined };
const nothing: Found<never> = { isReached: true, seen: nothingSeen, entry: undefined };

/** Reads from Redis into memory; many askers for one key at once cost one command. */
export class SharedReader<T> {
  readonly #context: ClassContext<T>;
  readonly #readings = new Flights<Found<T>>();

  constructor(context: ClassContext<T>) {
    this.#context = context;
  }

  /** Never rejects: Redis being away is one of the answers. */
  read(text: string): Promise<Found<T>> {
    const { shared } = this.#context;
    if (shared === undefined || shared.dirty.has(text)) return Promise.resolve(away);
    return this.#readings.share(text, (flight) => this.#read(text, flight));
  }

  taint(text: string): void {
    this.#readings.taint(text);
  }

  taintAll(): void {
    this.#readings.taintAll();
  }

  async #read(text: string, flight: Flight): Promise<Found<T>> {
    const { cacheClass, memory, counters, shared, now } = this.#context;
    let packed: Buffer | undefined;
    try {
      packed = await shared?.redis.read(text);
    } catch {
      counters.redisFailures++;
      return away;
    }
    if (packed === undefined) return nothing;
    const seen = packed.subarray(0, headerBytes);
    const unusable = { isReached: true, seen, entry: undefined };
    const header = readHeader(cacheClass, packed);
    if (header === undefined || header.deadUntil <= now()) return unusable;
    const value = header.isNegative ? undefined : entryValue(cacheClass, packed, header);
    if (value === undefined && !header.isNegative) {
      counters.unreadable++;
      return unusable;
    }
    deepFreeze(value);
    if (!flight.isTainted) memory.set(text, value, packed.length, header, now());
    return {
      isReached: true,
      seen,
      entry: { value, freshUntil: header.freshUntil, deadUntil: header.deadUntil },
    };
  }
}
