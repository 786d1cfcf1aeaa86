import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepUnfinished } from './sweep-unfinished.ts';

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'zaphub-sweep-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('removes what a killed upload left behind, and nothing that is whole or still being written', async () => {
  const tenant = join(directory, 'tenant');
  await mkdir(tenant);
  for (const name of ['whole', 'old.1.part', 'new.2.part']) await writeFile(join(tenant, name), 'x');
  for (const name of ['whole', 'old.1.part']) await utimes(join(tenant, name), 1, 1);
  expect(await sweepUnfinished(directory, { idleMs: 3_600_000 })).toBe(1);
  expect((await readdir(tenant)).toSorted()).toEqual(['new.2.part', 'whole']);
});

test('has nothing to do where there is no folder yet', async () => {
  expect(await sweepUnfinished(join(directory, 'none'), { idleMs: 0 })).toBe(0);
});
