import { text } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** For tests: the files of a zip archive by name; damaged ones are refused. */
export async function unzip(archive: Buffer): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const zip = await fromBufferPromise(archive, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    files[entry.fileName] = await text(await zip.openReadStreamPromise(entry));
  }
  return files;
}
