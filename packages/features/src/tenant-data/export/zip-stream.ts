import { PassThrough, pipeline, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** One file of an archive: its name and what is in it. */
export interface ZipEntry {
  readonly name: string;
  readonly content: AsyncIterable<string>;
}

/**
 * Writes a zip archive piece by piece with flat memory; sizes need not be known before. Reads of its entries only as
 * much as is read of the archive. Fails with what an entry failed with, and reads no further.
 */
export function zipStream(entries: AsyncIterable<ZipEntry>): Readable {
  const zip = new ZipFile();
  const archive = new PassThrough();
  // What fails is told to the reader of the archive, by `add` below.
  zip.on('error', () => undefined);
  pipeline(zip.outputStream, archive, () => undefined);
  add(entries, zip, archive).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error('an entry failed', { cause: error }));
  });
  return archive;
}

async function add(entries: AsyncIterable<ZipEntry>, zip: ZipFile, archive: Readable): Promise<void> {
  for await (const { name, content } of entries) {
    const source = Readable.from(content);
    const stop = (): void => void source.destroy();
    archive.once('close', stop);
    if (archive.destroyed) stop();
    else zip.addReadStream(source, name);
    // One after the other: the next one is not begun before this one is in the archive.
    await finished(source, { writable: false });
    archive.off('close', stop);
  }
  zip.end();
}
