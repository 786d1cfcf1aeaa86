import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';
import * as everything from '../src/index.ts';
import { packageFolder, readSource, sourceFiles, specifiersOf } from './source-files.ts';

const source = join(packageFolder, 'src');
/** What the folder `inspect` is for. */
const inspecting = new Set(['DeadlockDetector', 'inspect', 'Profiler']);

it('imports nothing but itself', () => {
  const foreign = sourceFiles.flatMap((path) =>
    specifiersOf(readSource(path))
      .filter((specifier) => !specifier.startsWith('.'))
      .map((specifier) => `${path} imports ${specifier}`),
  );
  expect(sourceFiles.length).toBeGreaterThan(10);
  expect(foreign).toEqual([]);
});

it('reads every way to import', () => {
  const text = `import a from 'a'; import 'b'; export { c } from "c"; await import('d');
    import {
      type E,
    } from 'e'; /* from 'f' */ export * from 'g';`;
  expect(specifiersOf(text).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'g']);
});

describe('one import costs one feature', () => {
  it.each(Object.keys(everything).filter((name) => !inspecting.has(name)))(
    '%s brings no inspection along',
    async (name) => {
      const { modules } = await bundle(`export { ${name} } from './index.ts';`);
      expect(modules.filter((path) => path.startsWith('inspect/') && path !== 'inspect/observe.ts')).toEqual(
        [],
      );
    },
  );

  it('a channel is a channel', async () => {
    const { modules, code } = await bundle(`export { Channel } from './index.ts';`);
    expect(folders(modules)).toEqual(['channels', 'inspect', 'waiting']);
    expect(code).not.toContain('Semaphore');
  });

  it('a semaphore is a semaphore', async () => {
    const { modules } = await bundle(`export { Semaphore } from './index.ts';`);
    expect(folders(modules)).toEqual(['inspect', 'sync', 'waiting']);
  });

  it('importing does nothing by itself', async () => {
    const { code } = await bundle(`import './index.ts';`);
    expect(code.replaceAll(/\/\/.*$/gm, '').trim()).toBe('');
  });
});

/** What a bundler keeps of the package for an entry. It is not told that the package is free of side effects. */
async function bundle(entry: string): Promise<{ code: string; modules: string[] }> {
  const id = join(source, 'entry-of-the-test.ts');
  const build = await rolldown({
    input: id,
    treeshake: { moduleSideEffects: true },
    plugins: [
      {
        name: 'entry',
        resolveId: (asked) => (asked === id ? id : null),
        load: (asked) => (asked === id ? entry : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'esm' });
  await build.close();
  const modules = Object.entries(output[0].modules)
    .filter(([path, module]) => path !== id && module.renderedLength > 0)
    .map(([path]) => relative(source, path).replaceAll('\\', '/'));
  return { code: output[0].code, modules };
}

function folders(modules: readonly string[]): string[] {
  return [...new Set(modules.map((path) => path.split('/')[0] ?? ''))].toSorted();
}
