import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const silentAfterMs = 3_000;

/** How far a file of the journal's folder has been handed over, and which process does it. Kept beside the file. */
export interface Bookmark {
  /**
   * Tries to be, or stays, the one process that hands things over; answers the offset to go on from, or
   * `undefined` while another process does it. An owner that has not been heard of for three seconds by this
   * process's monotonic clock is taken to be dead: a mistake there repeats some and loses none.
   */
  hold(): number | undefined;
  /** Remembers that everything before `offset` has been handed over. Does nothing for a process that lost the hold. */
  save(offset: number): void;
  /** Lets another process go on at once. */
  release(): void;
}

interface Page {
  readonly owner: string;
  readonly beat: number;
  readonly offset: number;
}

/** Opens the bookmark of that file name in the folder; nothing is written before the first `hold`. */
export function openBookmark(dir: string, name: string): Bookmark {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, name);
  const me = randomUUID();
  let beat = 0;
  let seen: { readonly text: string; readonly sinceMs: number } | undefined;

  const write = (page: Page): void => {
    // By rename, so that a reader never sees half a page.
    writeFileSync(`${path}.${me}`, JSON.stringify(page), { mode: 0o600 });
    renameSync(`${path}.${me}`, path);
  };

  return {
    hold() {
      const text = readText(path);
      const page = text === undefined ? { owner: '', beat: 0, offset: 0 } : parsePage(text);
      if (page.owner === me || page.owner === '') {
        write({ owner: me, beat: ++beat, offset: page.offset });
        // A process that had just been given the hold must see its own name once more before it acts.
        return page.owner === me ? page.offset : undefined;
      }
      const nowMs = performance.now();
      if (seen === undefined || seen.text !== text) seen = { text: text ?? '', sinceMs: nowMs };
      if (nowMs - seen.sinceMs > silentAfterMs) write({ owner: me, beat: ++beat, offset: page.offset });
      return undefined;
    },
    save(offset) {
      const text = readText(path);
      if (text === undefined || parsePage(text).owner !== me) return;
      write({ owner: me, beat: ++beat, offset });
    },
    release() {
      const text = readText(path);
      if (text === undefined) return;
      const page = parsePage(text);
      if (page.owner === me) write({ owner: '', beat: ++beat, offset: page.offset });
    },
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not there yet: the first hold makes it.
    return undefined;
  }
}

/** A page that cannot be read starts again from the beginning: things repeat, none is lost. */
function parsePage(text: string): Page {
  try {
    const page: unknown = JSON.parse(text);
    if (
      typeof page === 'object' &&
      page !== null &&
      'owner' in page &&
      typeof page.owner === 'string' &&
      'offset' in page &&
      typeof page.offset === 'number'
    ) {
      return { owner: page.owner, beat: 0, offset: page.offset };
    }
  } catch {
    // Fall through to the beginning.
  }
  return { owner: '', beat: 0, offset: 0 };
}
