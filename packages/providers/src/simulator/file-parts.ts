import { open } from 'node:fs/promises';

const chunkBytes = 256 * 1024;

/** Part of a file of lines: what its whole lines say, and where in the file the next part begins. */
export interface FilePart<T> {
  readonly entries: readonly T[];
  readonly nextOffset: number;
}

/**
 * Reads a file of lines in order, a quarter of a megabyte at a time, up to what is there now; a line that `parse` makes
 * nothing of is passed over. A file that does not exist is empty. A last line without its line break is left for the
 * next reading.
 */
export async function* fileParts<T>(
  path: string,
  options: {
    readonly from: number;
    /** `latin1` is quicker, for files that hold nothing else. */
    readonly encoding: 'latin1' | 'utf8';
    readonly parse: (line: string) => T | undefined;
  },
): AsyncGenerator<FilePart<T>> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return;
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let offset = options.from;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      if (end === 0) return;
      offset += end;
      const entries: T[] = [];
      for (const line of buffer.toString(options.encoding, 0, end).split('\n')) {
        if (line === '') continue;
        const entry = options.parse(line);
        if (entry !== undefined) entries.push(entry);
      }
      yield { entries, nextOffset: offset };
    }
  } finally {
    await file.close();
  }
}
