import type { Clock } from '@zaphub/concurrency';
import type { Logger } from '@zaphub/telemetry';
import type { CacheClass } from './cache-class.ts';
import type { CacheCounters } from './cache-stats.ts';
import type { DirtyKeys } from './dirty-keys.ts';
import type { InvalidationBus } from './invalidation-bus.ts';
import type { MemoryLayer } from './memory-layer.ts';
import type { Lifetime } from './packed-entry.ts';
import type { RedisLayer } from './redis-layer.ts';

/** What instances share; missing where there is no Redis. */
export interface Shared {
  readonly redis: RedisLayer;
  readonly bus: InvalidationBus;
  readonly dirty: DirtyKeys;
}

/** What the parts that serve one class work with. */
export interface ClassContext<T> {
  readonly cacheClass: CacheClass<T>;
  readonly memory: MemoryLayer<T>;
  readonly counters: CacheCounters;
  readonly shared: Shared | undefined;
  /** Milliseconds since 1970; instances compare it. */
  readonly now: () => number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Eight bytes unlike any others. */
  readonly nextId: () => Buffer;
  readonly logger: Logger;
}

/** How long a value that is new now will live; `ttlMs` stands for itself, the class's own is jittered. */
export function lifetimeOf<T>(context: ClassContext<T>, isNegative: boolean, ttlMs?: number): Lifetime {
  const { cacheClass, random } = context;
  const now = context.now();
  const fullMs = isNegative ? cacheClass.negativeTtlMs : cacheClass.ttlMs;
  const freshUntil = now + (ttlMs ?? fullMs * (1 - cacheClass.jitter01 * random()));
  return { freshUntil, deadUntil: freshUntil + (isNegative ? 0 : cacheClass.staleMs) };
}

/** A life short enough for a value that the other instances cannot be told of. */
export function shortened<T>(context: ClassContext<T>, lifetime: Lifetime): Lifetime {
  const until = context.now() + context.cacheClass.isolatedMs;
  return {
    freshUntil: Math.min(lifetime.freshUntil, until),
    deadUntil: Math.min(lifetime.deadUntil, until),
  };
}

/** Tells the other instances; what could not be told is put right later. */
export async function tellOthers({ bus, dirty }: Shared, text: string): Promise<void> {
  try {
    await bus.tell(text);
  } catch {
    dirty.add(text);
  }
}
