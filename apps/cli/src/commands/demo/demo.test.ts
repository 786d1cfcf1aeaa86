import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runDemo } from './fixtures/run-demo.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zaphub-demo-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  await writeFile(join(dir, name), content);
  return name;
}

describe('what cannot be used', () => {
  test.each<[what: string, args: () => Promise<string[]>, sentence: RegExp]>([
    ['a missing file', async () => ['--contacts', 'none.csv'], /^There is no file /],
    ['a folder', async () => ['--contacts', '.'], /is a folder/],
    ['an empty file', async () => ['--contacts', await file('empty.csv', '')], /is empty/],
    ['no file at all', async () => ['--json'], /^--contacts is missing/],
    ['an unknown argument', async () => ['--contacts', 'x', '--fast'], /^--fast/],
    [
      'a broken text',
      async () => ['--contacts', await file('a.csv', 'phone\n+5511987654321\n'), '--template', 'Oi {{ name'],
      /^The template cannot be used\. Line 1: /,
    ],
  ])('%s is one plain sentence and exit code 2', async (_what, args, sentence) => {
    const ended = await runDemo(dir, [...(await args()), '--json']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(await readdir(dir)).not.toContain('demo');
  });
});
