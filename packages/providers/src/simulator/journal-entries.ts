import { join } from 'node:path';
import { type FilePart, fileParts } from './file-parts.ts';
import { type JournalEntry, parseJournalLine } from './journal-line.ts';
import { journalFile } from './journal-writer.ts';

/** Part of a journal: its whole lines, and where in the file the next part begins. */
export type JournalPart = FilePart<JournalEntry>;

/**
 * Reads the journal in file order, a quarter of a megabyte at a time, up to what is there now. A journal that
 * does not exist is empty. A last line without its line break is left for the next reading.
 */
export function journalParts(dir: string, fromOffset = 0): AsyncGenerator<JournalPart> {
  return fileParts(join(dir, journalFile), { from: fromOffset, encoding: 'latin1', parse: parseJournalLine });
}
