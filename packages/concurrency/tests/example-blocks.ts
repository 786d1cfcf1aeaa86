import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './source-files.ts';

/** A piece of documentation that claims to work. */
export interface ExampleBlock {
  /** Where it stands, such as `src/channels/channel.ts:12`. */
  readonly place: string;
  readonly line: number;
  readonly code: string;
}

/** Every `ts` block of the package's TSDoc, README and docs pages. */
export function findExamples(): ExampleBlock[] {
  const sources = globSync('src/**/*.ts', { cwd: packageFolder }).filter(
    (path) => !path.endsWith('.test.ts'),
  );
  const pages = globSync('{README.md,docs/**/*.md}', { cwd: packageFolder });
  return [...sources, ...pages]
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .flatMap((path) => blocksOf(path, readFileSync(join(packageFolder, path), 'utf8')));
}

/** The blocks of one file: in TypeScript those within comments, without the stars at the margin. */
export function blocksOf(path: string, text: string): ExampleBlock[] {
  const margin = path.endsWith('.ts') ? /^\s*\* ?/ : /^/;
  const blocks: ExampleBlock[] = [];
  let open: { readonly line: number; readonly lines: string[] } | undefined;
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const line = whole.replace(margin, '');
    const isInside = margin.test(whole);
    if (open === undefined) {
      if (isInside && /^```ts\s*$/.test(line)) open = { line: index + 1, lines: [] };
    } else if (/^```\s*$/.test(line)) {
      blocks.push({ place: `${path}:${open.line}`, line: open.line, code: open.lines.join('\n') });
      open = undefined;
    } else open.lines.push(line);
  }
  if (open !== undefined) throw new Error(`${path}:${open.line}: the block does not end`);
  return blocks;
}
