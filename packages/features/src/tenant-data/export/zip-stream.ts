import { pipeline, Readable } from 'node:stream';
import { crc32, createDeflateRaw } from 'node:zlib';
import { AppError } from '@zaphub/types';

/** One file of an archive: its name (ASCII) and what is in it. */
export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<string>;
}

interface Written {
  readonly name: Buffer;
  readonly offset: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly plainBytes: number;
}

/** What the format can say without its 64-bit extension, which not every program reads. */
const maxBytes = 0xff_ff_ff_ff;
/** Bit 3: sizes and checksum come behind the content. Bit 11: names are UTF-8. */
const flags = 0x0808;
const deflated = 8;
const version = 20;
/** 1 January 1980, the format's first day: the same content gives the same bytes. */
const date = 0x0021;

/**
 * Writes a zip archive (APPNOTE 6.3, no zip64) piece by piece with flat memory; sizes need not be known before.
 *
 * @throws AppError `body_too_large` when a file or the archive would have 4 GiB or more; whatever a content throws
 */
export async function* zipStream(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Buffer> {
  const written: Written[] = [];
  let offset = 0;
  for await (const entry of entries) {
    const name = Buffer.from(entry.name);
    const header = localHeader(name);
    yield header;
    let crc = 0;
    let plainBytes = 0;
    let packedBytes = 0;
    const count = (text: string): Buffer => {
      const piece = Buffer.from(text);
      crc = crc32(piece, crc);
      plainBytes += piece.length;
      return piece;
    };
    for await (const piece of deflate(entry.content, count)) {
      packedBytes += piece.length;
      yield piece;
    }
    refuseTooLarge(plainBytes);
    yield descriptor(crc, packedBytes, plainBytes);
    written.push({ name, offset, crc, packedBytes, plainBytes });
    offset += header.length + packedBytes + 16;
    refuseTooLarge(offset);
  }
  const directory = Buffer.concat(written.map(directoryEntry));
  refuseTooLarge(offset + directory.length);
  yield directory;
  yield endOfDirectory(written.length, directory.length, offset);
}

async function* deflate(
  content: AsyncIterable<string>,
  count: (text: string) => Buffer,
): AsyncGenerator<Buffer> {
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const text of content) yield count(text);
  };
  const packer = createDeflateRaw();
  // Its failure is the packer's too, and so this loop's.
  pipeline(Readable.from(counted()), packer, () => undefined);
  // A zlib stream gives buffers.
  for await (const piece of packer) yield piece as Buffer;
}

function localHeader(name: Buffer): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(version, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(deflated, 8);
  header.writeUInt16LE(date, 12);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

function descriptor(crc: number, packedBytes: number, plainBytes: number): Buffer {
  const record = Buffer.alloc(16);
  record.writeUInt32LE(0x08074b50, 0);
  record.writeUInt32LE(crc, 4);
  record.writeUInt32LE(packedBytes, 8);
  record.writeUInt32LE(plainBytes, 12);
  return record;
}

function directoryEntry(file: Written): Buffer {
  const record = Buffer.alloc(46);
  record.writeUInt32LE(0x02014b50, 0);
  record.writeUInt16LE(version, 4);
  record.writeUInt16LE(version, 6);
  record.writeUInt16LE(flags, 8);
  record.writeUInt16LE(deflated, 10);
  record.writeUInt16LE(date, 14);
  record.writeUInt32LE(file.crc, 16);
  record.writeUInt32LE(file.packedBytes, 20);
  record.writeUInt32LE(file.plainBytes, 24);
  record.writeUInt16LE(file.name.length, 28);
  record.writeUInt32LE(file.offset, 42);
  return Buffer.concat([record, file.name]);
}

function endOfDirectory(files: number, sizeBytes: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(files, 8);
  record.writeUInt16LE(files, 10);
  record.writeUInt32LE(sizeBytes, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

function refuseTooLarge(bytes: number): void {
  if (bytes > maxBytes) throw new AppError('body_too_large', 'the archive would have 4 GiB or more');
}
