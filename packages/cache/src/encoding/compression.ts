import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** No value is larger than this when unpacked: a few damaged bytes must not claim all memory. */
const maxUnpackedBytes = 64 * 1024 * 1024;

/** Smaller at once, or `undefined` when compressing does not pay. Takes about a millisecond for 300 kB. */
export function compress(bytes: Buffer): Buffer | undefined {
  const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
  return packed.length < bytes.length * 0.9 ? packed : undefined;
}

/** @throws when the bytes are damaged or would become larger than 64 MiB. */
export function decompress(bytes: Buffer): Buffer {
  return zstdDecompressSync(bytes, { maxOutputLength: maxUnpackedBytes });
}
