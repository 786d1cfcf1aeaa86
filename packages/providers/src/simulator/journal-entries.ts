import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type JournalEntry, parseJournalLine } from './journal-line.ts';
import { journalFile } from './journal-writer.ts';

const chunkBytes = 256 * 1024;

/** Part of a journal: its whole lines, and where in the file the next part begins. */
export interface JournalPart {
  readonly entries: readonly JournalEntry[];
  readonly nextOffset: number;
}

/**
 * Reads the journal in file order, a quarter of a megabyte at a time, up to what is there now. A journal that
 * does not exist is empty. A last line without its line break is left for the next reading.
 */
export async function* journalParts(dir: string, fromOffset = 0): AsyncGenerator<JournalPart> {
  const file = await open(join(dir, journalFile), 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return;
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let offset = fromOffset;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, offset);
      const end = buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
      if (end === 0) return;
      offset += end;
      const entries: JournalEntry[] = [];
      for (const line of buffer.toString('latin1', 0, end).split('\n')) {
        if (line === '') continue;
        const entry = parseJournalLine(line);
        if (entry !== undefined) entries.push(entry);
      }
      yield { entries, nextOffset: offset };
    }
  } finally {
    await file.close();
  }
}
