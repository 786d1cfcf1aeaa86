import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where a primitive asks whether somebody watches it. */
const asking = /\bthis\.#?observer\b(?!\s*=[^=])/g;

/** The library as it would be if nothing in it could be watched: the answer to every such question is known. */
export async function loadWithoutHooks(): Promise<typeof import('@zaphub/concurrency')> {
  const folder = mkdtempSync(join(tmpdir(), 'zaphub-bench-'));
  try {
    cpSync(dirname(fileURLToPath(import.meta.resolve('@zaphub/concurrency'))), folder, { recursive: true });
    let found = 0;
    for (const path of globSync('**/*.ts', { cwd: folder })) {
      const source = readFileSync(join(folder, path), 'utf8');
      found += source.match(asking)?.length ?? 0;
      writeFileSync(join(folder, path), source.replaceAll(asking, 'undefined'));
    }
    if (found < 20) throw new Error(`only ${found} hooks were found: has their form changed?`);
    // The same library, as far as types go.
    return (await import(
      pathToFileURL(join(folder, 'index.ts')).href
    )) as typeof import('@zaphub/concurrency');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
