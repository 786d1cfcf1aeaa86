import { defineScript, type RedisAdapter, RedisError, type RedisScript } from '@zaphub/redis';
import { MemoryStore, type Store } from 'express-rate-limit';
import { type RedisReply, RedisStore } from 'rate-limit-redis';

/** What {@link createSharedHits} works with. */
export interface SharedHitsOptions {
  /** Start of every key in Redis; unlike that of every other limiter. */
  readonly prefix: string;
  /** Hears why a hit was counted in memory only. */
  readonly onAlone: (error: unknown) => void;
}

/**
 * Counts hits in Redis, for all instances together. While Redis does not answer each instance counts in its own
 * memory, from nothing: a limiter that cannot count must not refuse whom it should serve.
 */
export function createSharedHits(redis: RedisAdapter, options: SharedHitsOptions): Store {
  const shared = new RedisStore({ prefix: options.prefix, sendCommand: sendThrough(redis) });
  const alone = new MemoryStore();
  return {
    prefix: options.prefix,
    init(settings) {
      alone.init(settings);
      return shared.init(settings);
    },
    async increment(key) {
      try {
        return await shared.increment(key);
      } catch (error) {
        options.onAlone(error);
        return alone.increment(key);
      }
    },
    async decrement(key) {
      await Promise.all([alone.decrement(key), shared.decrement(key).catch(options.onAlone)]);
    },
    async resetKey(key) {
      await Promise.all([alone.resetKey(key), shared.resetKey(key).catch(options.onAlone)]);
    },
    shutdown: () => alone.shutdown(),
  };
}

/**
 * The store loads its scripts once and never gets over a Redis that was away just then. Here loading only keeps the
 * text, and it is the adapter that sends it to each server that lacks it.
 */
function sendThrough(redis: RedisAdapter): (...command: string[]) => Promise<RedisReply> {
  const scripts = new Map<string, RedisScript>();
  return async (name = '', ...args) => {
    if (name === 'SCRIPT') {
      const script = defineScript(args[1] ?? '');
      scripts.set(script.sha1, script);
      return script.sha1;
    }
    if (name !== 'EVALSHA') return toReply(await redis.call(name, args));
    const [sha1 = '', count = '0', ...rest] = args;
    const script = scripts.get(sha1);
    if (script === undefined) throw new RedisError('redis_refused', 'a script that was never loaded');
    const keys = rest.slice(0, Number(count));
    return toReply(await redis.run(script, keys, rest.slice(keys.length)));
  };
}

function toReply(answer: unknown): RedisReply {
  if (Array.isArray(answer)) return answer.map(toDatum);
  return toDatum(answer);
}

function toDatum(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null) return false; // as a script's `false` travels
  throw new RedisError('redis_refused', `expected a text or a number, not ${typeof value}`);
}
