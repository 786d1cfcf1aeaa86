import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BadInput } from './bad-input.ts';
import { checkContactsFile } from './check-contacts-file.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'demo-files-'));
  await chmod(dir, 0o755);
});
afterAll(() => rm(dir, { recursive: true }));

test('a file with something in it will do', async () => {
  const path = join(dir, 'ok.csv');
  await writeFile(path, 'name,phone\n');
  expect(await checkContactsFile(path)).toEqual({ sizeBytes: 11 });
});

test.each([
  ['a missing file', 'none.csv', /There is no file/],
  ['a folder', '.', /is a folder/],
  ['a file below a file', 'ok.csv/x', /There is no file/],
])('%s is said in one sentence', async (_what, name, sentence) => {
  const check = checkContactsFile(join(dir, name));
  await expect(check).rejects.toBeInstanceOf(BadInput);
  await expect(check).rejects.toThrow(sentence);
});

test('an empty file is said in one sentence', async () => {
  const path = join(dir, 'empty.csv');
  await writeFile(path, '');
  await expect(checkContactsFile(path)).rejects.toThrow(/is empty/);
});
