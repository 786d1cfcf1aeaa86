import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addCredentialsKey,
  credentialsEnvironment,
  dropPreviousKeys,
  loadCredentialsKeys,
} from './credentials-keys.ts';

let homeDir: string;
beforeEach(async () => {
  homeDir = await mkdtemp(join(tmpdir(), 'zaphub-keys-'));
});
afterEach(() => rm(homeDir, { recursive: true }));

const path = () => join(homeDir, 'credentials.json');
const mode = async () => ((await stat(path())).mode & 0o777).toString(8);

test('a key is made once, for its owner only, and rights that were widened are narrowed', async () => {
  const made = await loadCredentialsKeys({}, homeDir);
  expect(Buffer.from(made.current, 'base64url')).toHaveLength(32);
  expect(await mode()).toBe('600');
  await chmod(path(), 0o644);
  expect(await loadCredentialsKeys({}, homeDir)).toEqual(made);
  expect(await mode()).toBe('600');
});

test('keys of the environment come before the file, and make none', async () => {
  const env = { ZAPHUB_CREDENTIALS_KEY: 'a', ZAPHUB_CREDENTIALS_PREVIOUS_KEYS: 'b, c,' };
  expect(await loadCredentialsKeys(env, homeDir)).toEqual({ current: 'a', previous: ['b', 'c'] });
  await expect(stat(path())).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a rotation keeps the old keys until it has ended', async () => {
  const before = await loadCredentialsKeys({}, homeDir);
  const during = await addCredentialsKey(homeDir);
  expect(during.previous).toEqual([before.current]);
  expect(during.current).not.toBe(before.current);
  expect(credentialsEnvironment(during)).toEqual({
    ZAPHUB_CREDENTIALS_KEY: during.current,
    ZAPHUB_CREDENTIALS_PREVIOUS_KEYS: before.current,
  });
  await dropPreviousKeys(homeDir, during);
  expect(await loadCredentialsKeys({}, homeDir)).toEqual({ current: during.current, previous: [] });
});

test('a damaged file is told, never replaced', async () => {
  await writeFile(path(), '{"current": 1}');
  await expect(loadCredentialsKeys({}, homeDir)).rejects.toThrow('is damaged');
  expect(await readFile(path(), 'utf8')).toBe('{"current": 1}');
});
