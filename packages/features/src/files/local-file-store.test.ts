import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLocalFileStore } from './local-file-store.ts';

describe('the local file store', () => {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'zaphub-files-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('gives back what was put, until it is removed', async () => {
    const files = createLocalFileStore(directory);
    const put = await files.put('tenant/one', Readable.from(['hello ', 'there']), { maxBytes: 100 });
    expect(put).toEqual({ sizeBytes: 11 });
    expect(await text(await files.open('tenant/one'))).toBe('hello there');
    expect(await text(await files.open('tenant/one', { offset: 6 }))).toBe('there');
    await files.remove('tenant/one');
    await expect(files.open('tenant/one')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('leaves nothing behind when the file is too large or its source breaks', async () => {
    const files = createLocalFileStore(directory);
    const source = Readable.from(['01234', '56789', 'rest']);
    const large = files.put('tenant/large', source, { maxBytes: 9 });
    await expect(large).rejects.toMatchObject({ code: 'body_too_large' });
    expect(source.destroyed).toBe(false);
    const broken = new Readable({ read: () => broken.destroy(new Error('gone')) });
    await expect(files.put('tenant/broken', broken, { maxBytes: 9 })).rejects.toThrow('gone');
    expect(await readdir(join(directory, 'tenant'))).toEqual([]);
  });

  test.each(['../secret', 'tenant/../../secret', '/etc/passwd', 'tenant/a.b', ''])(
    'refuses the key %j, which no server made',
    async (key) => {
      const files = createLocalFileStore(directory);
      await expect(files.open(key)).rejects.toMatchObject({ code: 'internal' });
    },
  );
});
