import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { blocksOf, type ExampleBlock, findExamples } from './example-blocks.ts';
import * as everything from '../src/index.ts';
import { packageFolder, readSource, sourceFiles } from './source-files.ts';

/** An example that is not done by then hangs. */
const deadlineMs = 10_000;
const run = promisify(execFile);
const examples = findExamples().map((block) => ({ ...block, file: fileName(block) }));
// Inside the package, so that the examples import it by its name.
const folder = join(packageFolder, '.cache', `examples-${process.pid}`);
mkdirSync(folder, { recursive: true });
for (const { file, line, code } of examples) {
  // Pushed down, so that messages name the line in the documentation.
  writeFileSync(join(folder, file), `${'\n'.repeat(line)}${code}\nexport {};\n`);
}
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({ extends: '../../../../tsconfig.base.json', include: ['*.ts'] }),
);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('finds blocks in comments and pages, and nothing else', () => {
  const comment = ['/**', ' * ```ts', ' * f(1);', ' *', ' * ```', ' */', 'const text = "```ts";'].join('\n');
  expect(blocksOf('a.ts', comment)).toEqual([{ place: 'a.ts:2', line: 2, code: 'f(1);\n' }]);
  const page = ['```sh', 'ls', '```', '```ts', '  f(2);', '```'].join('\n');
  expect(blocksOf('a.md', page)).toEqual([{ place: 'a.md:4', line: 4, code: '  f(2);' }]);
  expect(() => blocksOf('a.md', '```ts')).toThrow('a.md:1');
});

it('shows how to use every class and function but errors', () => {
  const names = Object.entries(everything).flatMap(([name, value]) =>
    typeof value === 'function' && !name.endsWith('Error') ? [name] : [],
  );
  const shown = sourceFiles
    .map(readSource)
    .flatMap((source) => [
      ...source.matchAll(/```ts(?:(?!\*\/)[^])*\*\/\s*export (?:async )?(?:class|function) (\w+)/g),
    ])
    .map(([, name]) => name);
  expect(names.filter((name) => !shown.includes(name))).toEqual([]);
});

it('has types that hold', async () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const result = await run(process.execPath, [tsc, '--noEmit', '-p', folder]).catch(
    (error: unknown) => error,
  );
  expect(result).toMatchObject({ stdout: '' });
});

describe('runs and ends by itself', () => {
  it.concurrent.each(examples)('$place', { timeout: deadlineMs * 2 }, async ({ file }) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: join(packageFolder, '.cache', 'node') };
    const options = { timeout: deadlineMs, killSignal: 'SIGKILL', cwd: folder, env } as const;
    await run(process.execPath, [join(folder, file)], options);
  });
});

function fileName({ place }: ExampleBlock): string {
  return `${place.replaceAll(/[^\w]+/g, '-')}.ts`;
}
