import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { CacheError } from './cache-error.ts';
import { type CacheKey, joinKeyParts, keyStart } from './cache-key.ts';
import { createEncoding } from './encoding/create-encoding.ts';
import type { Encoding, EncodingName } from './encoding/encoding.ts';

/** How values of one kind are kept. Times in milliseconds. */
export interface CacheClassOptions<T, S extends 'tenant' | 'global'> {
  /** Lower case letters, digits and hyphens; unique in a cache. */
  readonly name: string;
  /** Whether each value belongs to a tenant, whose id then is the first part of every key. */
  readonly scope: S;
  /** Judges what comes from Redis; what it refuses counts as not there. */
  readonly schema: z.ZodType<T>;
  /** A value is fresh for so long. */
  readonly ttlMs: number;
  /** Share of `ttlMs` that is taken off by chance, so that many values do not end together. Default 0.1. */
  readonly jitter01?: number;
  /** After `ttlMs` the value may still be handed out for so long while a new one is loaded. Default 0. */
  readonly staleMs?: number;
  /** "There is none" is remembered for so long. Default 0: not at all. */
  readonly negativeTtlMs?: number;
  /** Values in the memory of one instance. Default 10,000. */
  readonly maxKeys?: number;
  /** Encoded bytes of the values in the memory of one instance. Default 32 MiB. */
  readonly maxBytes?: number;
  /** Longest time in memory before Redis is asked again, where there is one; 0: never in memory. Default: its whole life. */
  readonly memoryTtlMs?: number;
  /** What is in memory is handed out for at most so long after the invalidations stopped coming. Default 5,000. */
  readonly isolatedMs?: number;
  /** Default `json`. */
  readonly encoding?: EncodingName;
  /** Values of at least this many bytes are compressed for Redis. Default never. */
  readonly compressFromBytes?: number;
  /** A load may take so long. Default 10,000. */
  readonly loadTimeoutMs?: number;
  /** Raise it when values of before must not be used any more. Default 1. */
  readonly version?: number;
}

/** Makes keys; the same parts always give the same key. */
export type KeyMaker<T, S extends 'tenant' | 'global'> = S extends 'tenant'
  ? (tenantId: string, ...parts: readonly string[]) => CacheKey<T>
  : (...parts: readonly string[]) => CacheKey<T>;

/** The rules of one kind of value, with every default filled in. */
export interface CacheClass<T> {
  readonly name: string;
  readonly schema: z.ZodType<T>;
  readonly ttlMs: number;
  readonly jitter01: number;
  readonly staleMs: number;
  readonly negativeTtlMs: number;
  readonly maxKeys: number;
  readonly maxBytes: number;
  readonly memoryTtlMs: number;
  readonly isolatedMs: number;
  readonly encoding: Encoding;
  readonly compressFromBytes: number;
  readonly loadTimeoutMs: number;
  /** Names the version, the encoding and its shapes: bytes of another fingerprint are not ours to read. */
  readonly fingerprint: number;
}

/**
 * Describes a kind of value; keeps nothing itself.
 *
 * @throws CacheError `cache_class_invalid` for a name or a number out of its range.
 */
export function defineCacheClass<T, S extends 'tenant' | 'global'>(
  options: CacheClassOptions<T, S>,
): CacheClass<T> & { readonly key: KeyMaker<T, S> } {
  const { name, scope, schema, ttlMs, version = 1 } = options;
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw invalid(name, 'a name is lower case letters, digits and hyphens');
  const encoding = createEncoding(options.encoding ?? 'json', schema);
  const cacheClass: CacheClass<T> = {
    name,
    schema,
    ttlMs: inRange(name, 'ttlMs', ttlMs, 1),
    jitter01: inRange(name, 'jitter01', options.jitter01 ?? 0.1, 0, 1),
    staleMs: inRange(name, 'staleMs', options.staleMs ?? 0, 0),
    negativeTtlMs: inRange(name, 'negativeTtlMs', options.negativeTtlMs ?? 0, 0),
    maxKeys: inRange(name, 'maxKeys', options.maxKeys ?? 10_000, 1),
    maxBytes: inRange(name, 'maxBytes', options.maxBytes ?? 32 * 1024 * 1024, 1),
    memoryTtlMs: inRange(name, 'memoryTtlMs', options.memoryTtlMs ?? Number.MAX_SAFE_INTEGER, 0),
    isolatedMs: inRange(name, 'isolatedMs', options.isolatedMs ?? 5000, 0),
    encoding,
    compressFromBytes: inRange(
      name,
      'compressFromBytes',
      options.compressFromBytes ?? Number.MAX_SAFE_INTEGER,
      1,
    ),
    loadTimeoutMs: inRange(name, 'loadTimeoutMs', options.loadTimeoutMs ?? 10_000, 1),
    fingerprint: fingerprintOf(`${version}:${encoding.fingerprint}`),
  };
  const start = keyStart(name, scope);
  const key = (...parts: readonly string[]): CacheKey<T> => ({
    cacheClass: whole,
    text: joinKeyParts(start, parts),
  });
  // One implementation serves both scopes; the type only says how many parts there must be.
  const whole = { ...cacheClass, key: key as KeyMaker<T, S> };
  return whole;
}

function fingerprintOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

function inRange(
  name: string,
  setting: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (value >= least && value <= most) return value;
  throw invalid(name, `${setting} must be from ${least} to ${most}, not ${value}`);
}

function invalid(name: string, reason: string): CacheError {
  return new CacheError('cache_class_invalid', `cache class "${name}": ${reason}`);
}
