import { createHash } from 'node:crypto';

/** A Lua script that Redis runs as one step. */
export interface RedisScript {
  readonly lua: string;
  /** SHA-1 of the text, by which Redis knows it. */
  readonly sha1: string;
}

/** Prepares a script; sends nothing. */
export function defineScript(lua: string): RedisScript {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}
