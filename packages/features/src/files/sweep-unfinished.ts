import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes what uploads left behind whose process was killed in the middle: unfinished files below `directory` that
 * nobody has written to for `idleMs`. Files that are whole are never touched.
 * @returns how many were removed
 */
export async function sweepUnfinished(directory: string, options: { idleMs: number }): Promise<number> {
  const before = Date.now() - options.idleMs;
  let removed = 0;
  for (const entry of await entriesOf(directory)) {
    if (!entry.isFile() || !entry.name.endsWith('.part')) continue;
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path).catch(() => undefined);
    // Gone meanwhile: its upload has ended.
    if (found === undefined || found.mtimeMs > before) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}

async function entriesOf(directory: string): ReturnType<typeof listAll> {
  try {
    return await listAll(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

const listAll = (directory: string) => readdir(directory, { recursive: true, withFileTypes: true });
