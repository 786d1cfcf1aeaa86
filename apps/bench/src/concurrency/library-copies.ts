import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export type Library = typeof import('@zaphub/concurrency');

/** Where a primitive asks whether somebody watches it. */
const asking = /\bthis\.#?observer\b(?!\s*=[^=])/g;
const copies = 4;

/**
 * Copies of the library, each compiled by itself: equal sources differ by a few per cent from copy to copy, which is
 * more than a hook costs. Without hooks, the answer to every question for an observer is known.
 */
export async function loadCopies({ hooks }: { readonly hooks: boolean }): Promise<Library[]> {
  const folder = mkdtempSync(join(tmpdir(), 'zaphub-bench-'));
  try {
    const libraries: Library[] = [];
    for (let copy = 0; copy < copies; copy++) {
      const path = join(folder, String(copy));
      cpSync(dirname(fileURLToPath(import.meta.resolve('@zaphub/concurrency'))), path, { recursive: true });
      if (!hooks) takeHooksOut(path);
      // The same library, as far as types go.
      libraries.push((await import(pathToFileURL(join(path, 'index.ts')).href)) as Library);
    }
    return libraries;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function takeHooksOut(folder: string): void {
  let found = 0;
  for (const path of globSync('**/*.ts', { cwd: folder })) {
    const source = readFileSync(join(folder, path), 'utf8');
    found += source.match(asking)?.length ?? 0;
    writeFileSync(join(folder, path), source.replaceAll(asking, 'undefined'));
  }
  if (found < 20) throw new Error(`only ${found} hooks were found: has their form changed?`);
}
