import { crc32, inflateRawSync } from 'node:zlib';

/** For tests: the files of a zip archive by name, read through its directory, checksums and sizes checked. */
export function readZip(archive: Buffer): Record<string, string> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const files: Record<string, string> = {};
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const crc = archive.readUInt32LE(at + 16);
    const packedBytes = archive.readUInt32LE(at + 20);
    const plainBytes = archive.readUInt32LE(at + 24);
    const nameBytes = archive.readUInt16LE(at + 28);
    const offset = archive.readUInt32LE(at + 42);
    const name = archive.toString('utf8', at + 46, at + 46 + nameBytes);
    const start = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    const plain = inflateRawSync(archive.subarray(start, start + packedBytes));
    if (plain.length !== plainBytes || crc32(plain) !== crc) throw new Error(`${name} is damaged`);
    files[name] = plain.toString('utf8');
    at += 46 + nameBytes;
  }
  return files;
}
