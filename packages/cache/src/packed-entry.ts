import type { CacheClass } from './cache-class.ts';
import { compress, decompress } from './encoding/compression.ts';

/**
 * What Redis keeps for a key: a header of 26 bytes, then the encoded value.
 *
 * | bytes | |
 * |---|---|
 * | 0 | layout, 0x5a |
 * | 1 | flags: 1 compressed, 2 known not to exist |
 * | 2–5 | fingerprint of the class |
 * | 6–11 | fresh until, ms since 1970 |
 * | 12–17 | usable until, ms since 1970 |
 * | 18–25 | id of this writing, unlike any other |
 */
export const headerBytes = 26;

const layout = 0x5a;
const compressedFlag = 1;
const negativeFlag = 2;

/** When a value ends. */
export interface Lifetime {
  /** Milliseconds since 1970. */
  readonly freshUntil: number;
  /** At least `freshUntil`; in between a value may be handed out while a new one is loaded. */
  readonly deadUntil: number;
}

/** A header that could be read. */
export interface EntryHeader extends Lifetime {
  readonly isNegative: boolean;
  readonly isCompressed: boolean;
}

/** Encodes a value, `undefined` meaning that there is none, for keeping. */
export function packEntry<T>(
  cacheClass: CacheClass<T>,
  value: T | undefined,
  lifetime: Lifetime,
  writeId: Buffer,
): Buffer {
  let body = value === undefined ? Buffer.alloc(0) : cacheClass.encoding.encode(value);
  let flags = value === undefined ? negativeFlag : 0;
  const smaller = body.length >= cacheClass.compressFromBytes ? compress(body) : undefined;
  if (smaller !== undefined) {
    body = smaller;
    flags |= compressedFlag;
  }
  const packed = Buffer.allocUnsafe(headerBytes + body.length);
  packed[0] = layout;
  packed[1] = flags;
  packed.writeUInt32BE(cacheClass.fingerprint, 2);
  packed.writeUIntBE(Math.round(lifetime.freshUntil), 6, 6);
  packed.writeUIntBE(Math.round(lifetime.deadUntil), 12, 6);
  writeId.copy(packed, 18);
  body.copy(packed, headerBytes);
  return packed;
}

/** `undefined` when the bytes are not an entry that this release of the class wrote. */
export function readHeader(cacheClass: CacheClass<unknown>, packed: Buffer): EntryHeader | undefined {
  if (packed.length < headerBytes || packed[0] !== layout) return undefined;
  if (packed.readUInt32BE(2) !== cacheClass.fingerprint) return undefined;
  const flags = packed[1] ?? 0;
  return {
    isCompressed: (flags & compressedFlag) !== 0,
    isNegative: (flags & negativeFlag) !== 0,
    freshUntil: packed.readUIntBE(6, 6),
    deadUntil: packed.readUIntBE(12, 6),
  };
}

/** The encoded value. @throws when it is damaged. */
export function entryBody(packed: Buffer, header: EntryHeader): Buffer {
  const body = packed.subarray(headerBytes);
  return header.isCompressed ? decompress(body) : body;
}

/** The decoded value; `undefined` when it is damaged or not what the schema asks for. */
export function entryValue<T>(cacheClass: CacheClass<T>, packed: Buffer, header: EntryHeader): T | undefined {
  try {
    const parsed = cacheClass.schema.safeParse(cacheClass.encoding.decode(entryBody(packed, header)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Bytes that cannot be decoded are as good as none: the value is loaded again.
    return undefined;
  }
}
