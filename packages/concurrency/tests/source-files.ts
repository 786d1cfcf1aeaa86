import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package's folder. */
export const packageFolder = dirname(import.meta.dirname);

/** Paths of the sources that ship, relative to `src`. */
export const sourceFiles: readonly string[] = globSync('**/*.ts', { cwd: join(packageFolder, 'src') })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => path.replaceAll('\\', '/'))
  .toSorted();

export function readSource(path: string): string {
  return readFileSync(join(packageFolder, 'src', path), 'utf8');
}

/** What a source imports or passes on, by the text between the quotes; types included. */
export function specifiersOf(source: string): string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\//g, '');
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, found]) => found ?? '');
}
