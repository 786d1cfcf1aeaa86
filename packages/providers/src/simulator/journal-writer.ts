import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The journal's file inside its folder. */
export const journalFile = 'journal.log';

/** Appends to the journal that every process shares. */
export interface JournalWriter {
  /**
   * Adds one line to the write of this tick. `settle` is told `true` once the line is in the file, `false` when
   * it certainly is not there; `isAllowed` is asked right before the write, and a line it refuses is left out.
   */
  append(line: string, isAllowed: () => boolean, settle: (isWritten: boolean) => void): void;
  /** Writes what is waiting and closes the file. */
  close(): void;
}

interface Waiting {
  readonly line: string;
  readonly isAllowed: () => boolean;
  readonly settle: (isWritten: boolean) => void;
}

/** Opens a file of the journal's folder for appending (O_APPEND: lines of several processes never overwrite each other). */
export function openJournal(dir: string, name = journalFile): JournalWriter {
  mkdirSync(dir, { recursive: true });
  const file = openSync(join(dir, name), 'a', 0o600);
  let waiting: Waiting[] = [];

  const flush = (): void => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    const written: Waiting[] = [];
    let text = '';
    for (const one of batch) {
      if (one.isAllowed()) {
        text += one.line;
        written.push(one);
      } else {
        one.settle(false);
      }
    }
    const isWritten = text === '' || writeAll(file, text);
    for (const one of written) one.settle(isWritten);
  };

  return {
    append(line, isAllowed, settle) {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ line, isAllowed, settle });
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}

/** One write. A full disk makes the network unreachable: nothing was accepted that the journal does not show. */
function writeAll(file: number, text: string): boolean {
  const bytes = Buffer.from(text);
  try {
    let offset = 0;
    while (offset < bytes.length) offset += writeSync(file, bytes, offset);
    return true;
  } catch {
    return false;
  }
}
