import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyField, copyJsonString, createCopyText } from './copy-text.ts';
import { createPiecePool } from './piece-pool.ts';

test('a field survives COPY, whatever is in it', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '\\', '\n', '\r', '\t', 'N', 'é', '👍'),
    maxLength: 20,
  });
  // What Postgres does with it: https://www.postgresql.org/docs/current/sql-copy.html
  const unescape = (field: string): string =>
    field.replaceAll(
      /\\(.)/g,
      (_, character: string) => ({ n: '\n', r: '\r', t: '\t' })[character] ?? character,
    );
  fc.assert(
    fc.property(text, (value) => {
      const field = copyField(value);
      expect(field).not.toMatch(/[\n\r\t]/);
      expect(unescape(field)).toBe(value);
      expect(unescape(copyJsonString(value))).toBe(JSON.stringify(value));
    }),
  );
  expect(copyField(null)).toBe(String.raw`\N`);
});

test('lines come out as they went in, through buffers that go round', () => {
  const pool = createPiecePool();
  const seen = new Set<ArrayBufferLike>();
  for (let round = 0; round < 5; round++) {
    const copy = createCopyText(pool);
    const lines = Array.from({ length: 3000 }, (_, n) => `${round} ${n} ${'é日👍'.repeat(10)}\n`);
    lines.push('👍'.repeat(100_001) + '\n');
    for (const line of lines) copy.add(line);
    const pieces = copy.pieces();
    expect(Buffer.concat(pieces).toString()).toBe(lines.join(''));
    for (const piece of pieces) seen.add(piece.buffer);
    pool.release(pieces);
  }
  expect(seen.size).toBeLessThan(8);
});
