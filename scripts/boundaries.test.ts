import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const left = ['node_modules', 'dist', 'coverage', 'test-results'];
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'zaphub-boundaries-'));
  for (const name of [
    'apps',
    'packages',
    'scripts',
    'package.json',
    'pnpm-workspace.yaml',
    'pnpm-lock.yaml',
    'turbo.json',
  ]) {
    await cp(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !left.includes(basename(path)) && !basename(path).startsWith('.'),
    });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
}, 60_000);

afterAll(() => rm(copy, { recursive: true, force: true }));

describe('turbo boundaries', () => {
  it('accepts the tree as it is', async () => {
    expect(await boundaries()).toMatchObject({ code: 0 });
  });

  it('refuses an import that package.json does not name', async () => {
    const output = await withPlanted({ 'packages/db/src/planted.ts': `import 'express';\n` }, boundaries);
    expect(output).toMatchObject({ code: 1, text: expect.stringContaining('express') });
  });

  it('refuses a relative path that leaves the package', async () => {
    const planted = { 'packages/db/src/planted.ts': `import '../../types/src/index.ts';\n` };
    const output = await withPlanted(planted, boundaries);
    expect(output).toMatchObject({ code: 1, text: expect.stringContaining('leaves the package') });
  });

  it('refuses an arrow that goes up', async () => {
    const output = await withDependency('packages/db', '@zaphub/features', boundaries);
    expect(output).toMatchObject({
      code: 1,
      text: expect.stringContaining('without any tag listed in allowlist'),
    });
  });

  it('refuses that anything imports an app', async () => {
    const output = await withDependency('packages/features', '@zaphub/api', boundaries);
    expect(output).toMatchObject({
      code: 1,
      text: expect.stringContaining('without any tag listed in allowlist'),
    });
  });

  it('refuses packages that depend on each other in a circle', async () => {
    const output = await withDependency('packages/db', '@zaphub/realtime', boundaries);
    expect(output).toMatchObject({
      code: 1,
      text: expect.stringMatching(/Circular package dependency detected/),
    });
  });
});

describe('the slices of packages/features', () => {
  const features = 'packages/features/src';
  const planted = {
    [`${features}/planted-a/index.ts`]: 'export const a = 1;\n',
    [`${features}/planted-a/queries.ts`]: 'export const query = 1;\n',
    [`${features}/planted-b/index.ts`]: `export { a } from '../planted-a/index.ts';\n`,
    [`${features}/planted-b/plugin.ts`]: `export const dependsOn = ['planted-a'] as const;\n`,
  };

  it('are accepted as they are, and so is a declared import of a front door', async () => {
    expect(await slices()).toEqual({ code: 0, text: '' });
    expect(await withPlanted(planted, slices)).toEqual({ code: 0, text: '' });
  });

  it('may not import past a front door', async () => {
    const deep = { ...planted, [`${features}/planted-b/deep.ts`]: `import '../planted-a/queries.ts';\n` };
    expect(await withPlanted(deep, slices)).toMatchObject({
      code: 1,
      text: expect.stringContaining('only planted-a/index.ts may be imported'),
    });
  });

  it('may not import a slice they do not declare, in a folder nobody configured', async () => {
    const undeclared = {
      ...planted,
      [`${features}/planted-c/index.ts`]: `export { a } from '../planted-a/index.ts';\n`,
    };
    expect(await withPlanted(undeclared, slices)).toMatchObject({
      code: 1,
      text: expect.stringContaining('planted-c/plugin.ts does not declare it'),
    });
  });

  it('may not depend on each other in a circle', async () => {
    const circle = {
      ...planted,
      [`${features}/planted-a/plugin.ts`]: `export const dependsOn = ['planted-b'];\n`,
    };
    expect(await withPlanted(circle, slices)).toMatchObject({
      code: 1,
      text: expect.stringMatching(/planted-a → planted-b → planted-a|planted-b → planted-a → planted-b/),
    });
  });
});

interface Outcome {
  code: number;
  text: string;
}

const boundaries = () => run(join(root, 'node_modules/.bin/turbo'), ['boundaries', '--no-color']);
const slices = () => run(process.execPath, [join(copy, 'scripts/check-slices.mjs')]);

function run(program: string, args: string[]): Promise<Outcome> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1' };
  return new Promise((done) => {
    execFile(program, args, { cwd: copy, env }, (error, stdout, stderr) => {
      done({ code: error ? 1 : 0, text: stdout + stderr });
    });
  });
}

/** Runs `check` while the given files exist in the copy. */
async function withPlanted(files: Record<string, string>, check: () => Promise<Outcome>): Promise<Outcome> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(copy, path, '..'), { recursive: true });
    await writeFile(join(copy, path), content);
  }
  try {
    return await check();
  } finally {
    for (const path of Object.keys(files)) await rm(join(copy, path));
    for (const name of ['a', 'b', 'c']) {
      await rm(join(copy, `packages/features/src/planted-${name}`), { recursive: true, force: true });
    }
  }
}

/** Runs `check` while a package of the copy depends on another and imports it. */
async function withDependency(folder: string, name: string, check: () => Promise<Outcome>): Promise<Outcome> {
  const manifest = join(copy, folder, 'package.json');
  const before = await readFile(manifest, 'utf8');
  // The package.json files are our own.
  const changed = JSON.parse(before) as { dependencies?: Record<string, string> };
  changed.dependencies = { ...changed.dependencies, [name]: 'workspace:*' };
  await writeFile(manifest, JSON.stringify(changed));
  try {
    return await withPlanted({ [`${folder}/src/planted.ts`]: `import '${name}';\n` }, check);
  } finally {
    await writeFile(manifest, before);
  }
}
