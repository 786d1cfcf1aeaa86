import { defineScript, type RedisAdapter } from '@zaphub/redis';
import { headerBytes } from './packed-entry.ts';

/** Whether this instance is the one that loads. */
export type Claim =
  /** Yes, until the lease ends. */
  | 'claimed'
  /** Another one does. */
  | 'busy'
  /** What is kept is no longer what was seen. */
  | 'changed';

const header = `redis.call('getrange', KEYS[1], 0, ${headerBytes - 1})`;
const claimScript = defineScript(`
if ${header} ~= ARGV[1] then return 2 end
if redis.call('set', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then return 1 end
return 0`);
const storeScript = defineScript(`
if redis.call('get', KEYS[2]) ~= ARGV[2] then return 0 end
redis.call('del', KEYS[2])
if ${header} ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1`);
const removeScript = defineScript(`
redis.call('del', KEYS[2])
return redis.call('del', KEYS[1])`);
const releaseScript = defineScript(`
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
return 0`);

/** A cache does not wait for a second attempt: whoever asks can load the value instead. */
const once = { isIdempotent: false } as const;

/** The values and the claims to load them in Redis. All methods reject with `RedisError`. */
export class RedisLayer {
  readonly #redis: RedisAdapter;
  readonly #prefix: string;

  constructor(redis: RedisAdapter, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  async read(text: string): Promise<Buffer | undefined> {
    const packed = await this.#redis.callBuffer('get', [this.#valueKey(text)], once);
    return Buffer.isBuffer(packed) ? packed : undefined;
  }

  async readHeader(text: string): Promise<Buffer> {
    const packed = await this.#redis.callBuffer('getrange', [this.#valueKey(text), 0, headerBytes - 1], once);
    return Buffer.isBuffer(packed) ? packed : Buffer.alloc(0);
  }

  async write(text: string, packed: Buffer, ttlMs: number): Promise<void> {
    await this.#redis.call('set', [this.#valueKey(text), packed, 'PX', wholeMs(ttlMs)], once);
  }

  /** Takes the claim away as well, so that a load which began before stores nothing. True if a value was there. */
  async remove(text: string): Promise<boolean> {
    const keys = [this.#valueKey(text), this.#claimKey(text)];
    return (await this.#redis.run(removeScript, keys)) === 1;
  }

  /** `seen` is the header of the value that is to be replaced; empty for none. */
  async claim(text: string, seen: Buffer, token: Buffer, leaseMs: number): Promise<Claim> {
    const keys = [this.#valueKey(text), this.#claimKey(text)];
    const answer = await this.#redis.run(claimScript, keys, [seen, token, wholeMs(leaseMs)]);
    if (answer === 1) return 'claimed';
    return answer === 0 ? 'busy' : 'changed';
  }

  /** Keeps a loaded value and gives the claim back; false when the claim or what was seen has gone meanwhile. */
  async store(text: string, seen: Buffer, token: Buffer, packed: Buffer, ttlMs: number): Promise<boolean> {
    const keys = [this.#valueKey(text), this.#claimKey(text)];
    return (await this.#redis.run(storeScript, keys, [seen, token, packed, wholeMs(ttlMs)])) === 1;
  }

  /** Gives a claim back without a value. */
  async release(text: string, token: Buffer): Promise<void> {
    await this.#redis.run(releaseScript, [this.#claimKey(text)], [token]);
  }

  /** Values of one class, or of all; costs a walk over every key in Redis. */
  async count(className?: string): Promise<number> {
    let count = 0;
    for await (const keys of this.#redis.scan(`${this.#pattern(className)}}`)) count += keys.length;
    return count;
  }

  /** Removes the values and claims of one class, or of all, a batch at a time. */
  async clear(className?: string): Promise<void> {
    for await (const keys of this.#redis.scan(this.#pattern(className))) {
      // One by one: in a cluster the keys of one command must lie on one node.
      await Promise.all(keys.map((key) => this.#redis.call('unlink', [key])));
    }
  }

  #pattern(className: string | undefined): string {
    return className === undefined ? `${this.#prefix}:{*` : `${this.#prefix}:{${className}:*`;
  }

  /** The braces put a value and its claim on one node of a cluster; keys' texts contain none themselves. */
  #valueKey(text: string): string {
    return `${this.#prefix}:{${text}}`;
  }

  #claimKey(text: string): string {
    return `${this.#prefix}:{${text}}:claim`;
  }
}

function wholeMs(ms: number): number {
  return Math.max(1, Math.round(ms));
}
