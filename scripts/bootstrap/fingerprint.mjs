import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A hash over the names and contents of files. Files that do not exist count as absent, not as an error.
 *
 * @param {string} folder the folder that `files` are relative to
 * @param {string[]} files in an order that does not change
 */
export function fingerprint(folder, files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    const content = readFileSync(path);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * All files below `start`, sorted, relative to `folder`; hidden folders and those in `skipped` are left out.
 *
 * @param {string} folder
 * @param {string} start
 * @param {string[]} skipped names of folders
 * @returns {string[]}
 */
export function filesBelow(folder, start, skipped) {
  const path = join(folder, start);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${start}/${entry.name}`;
      if (entry.isFile()) return [name];
      if (!entry.isDirectory() || entry.name.startsWith('.') || skipped.includes(entry.name)) return [];
      return filesBelow(folder, name, skipped);
    });
}
