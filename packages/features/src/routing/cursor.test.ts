import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createCursorCodec } from './cursor.ts';
import { paginate } from './paginate.ts';

const codec = createCursorCodec(Buffer.alloc(32, 1));
const cursors = codec.bind(['tenant a', 'GET /contacts']);

describe('a cursor', () => {
  test('leads back to its place in its own list', () => {
    const cursor = cursors.encode({ at: 'x', id: 3 });
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(cursors.decode(cursor, z.object({ at: z.string(), id: z.number() }))).toEqual({ at: 'x', id: 3 });
  });

  test.each<[string, string]>([
    ['another tenant', codec.bind(['tenant b', 'GET /contacts']).encode('x')],
    ['another route', codec.bind(['tenant a', 'GET /templates']).encode('x')],
    ['other filters', codec.bind(['tenant a', 'GET /contacts', 'tag=vip']).encode('x')],
    ['bindings that run together', codec.bind(['tenant aGET /contacts']).encode('x')],
    [
      'another secret',
      createCursorCodec(Buffer.alloc(32, 2)).bind(['tenant a', 'GET /contacts']).encode('x'),
    ],
    ['nothing', ''],
    ['garbage', '!!!'],
    ['a signature alone', cursors.encode('x').slice(0, 21)],
    ['a key of another type', cursors.encode(1)],
  ])('of %s is refused', (_name, cursor) => {
    expect(() => cursors.decode(cursor, z.string())).toThrow(
      expect.objectContaining({ code: 'bad_request' }),
    );
  });

  test('is refused when any bit of it was changed', () => {
    const bytes = Buffer.from(cursors.encode('some place'), 'base64url');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(() => cursors.decode(changed.toString('base64url'), z.string())).toThrow(/cursor/);
    }
  });
});

describe('pages', () => {
  const rows = [1, 2, 3, 4, 5];
  const page = (
    limit: number,
    cursor?: string,
  ): Promise<{ data: string[]; has_more: boolean; next_cursor: string | null }> =>
    paginate(
      cursors,
      { limit, cursor },
      {
        key: z.number(),
        fetch: (after, take) => Promise.resolve(rows.filter((row) => row > (after ?? 0)).slice(0, take)),
        keyOf: (row) => row,
        present: (row) => `row ${row}`,
      },
    );

  test('follow one another to the end, each row once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, has_more: hasMore, next_cursor: next } = await page(2, cursor);
      seen.push(...data);
      expect(next === null).toBe(!hasMore);
      cursor = next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(['row 1', 'row 2', 'row 3', 'row 4', 'row 5']);
  });

  test('that hold everything have no next one', async () => {
    expect(await page(5)).toMatchObject({ has_more: false, next_cursor: null });
  });
});
