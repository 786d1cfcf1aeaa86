import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCopyRows } from './copy-rows.ts';
import { createPiecePool } from './piece-pool.ts';

type Field = { jsonb: string } | { bigint: number } | { bytes: number[] } | { text: string | null };

/** What Postgres reads: https://www.postgresql.org/docs/current/sql-copy.html (binary format). */
function readRows(bytes: Buffer): (Buffer | null)[][] {
  expect(bytes.subarray(0, 19).toString('latin1')).toBe('PGCOPY\n\u00FF\r\n' + '\0'.repeat(9));
  const rows: (Buffer | null)[][] = [];
  let at = 19;
  for (;;) {
    const count = bytes.readInt16BE(at);
    at += 2;
    if (count === -1) break;
    rows.push(
      Array.from({ length: count }, () => {
        const length = bytes.readInt32BE(at);
        at += 4;
        if (length === -1) return null;
        at += length;
        return bytes.subarray(at - length, at);
      }),
    );
  }
  expect(at).toBe(bytes.length);
  return rows;
}

function written(field: Field): Buffer | null {
  if ('jsonb' in field) return Buffer.from('\u0001' + field.jsonb);
  if ('bytes' in field) return Buffer.from(field.bytes);
  if ('text' in field) return field.text === null ? null : Buffer.from(field.text);
  const number = Buffer.alloc(8);
  number.writeBigInt64BE(BigInt(field.bigint));
  return number;
}

test('every field comes out as it went in, through buffers that go round', () => {
  const unit = fc.constantFrom('a', '\\', '\n', '\t', '"', 'é', '日', '👍');
  // The longest are longer than a buffer, or end where one ends.
  const text = fc
    .tuple(fc.string({ unit, maxLength: 20 }), fc.constantFrom(1, 1, 1, 1, 1, 500, 9_000))
    .map(([some, times]) => some.repeat(times));
  const field: fc.Arbitrary<Field> = fc.oneof(
    fc.record({ text: fc.option(text) }),
    fc.record({ jsonb: text }),
    fc.record({ bigint: fc.maxSafeInteger() }),
    fc.record({ bytes: fc.array(fc.nat(255), { maxLength: 16 }) }),
  );
  const pool = createPiecePool();
  const seen = new Set<ArrayBufferLike>();
  fc.assert(
    fc.property(fc.array(fc.array(field, { maxLength: 5 }), { maxLength: 30 }), (rows) => {
      const copy = createCopyRows(pool);
      for (const row of rows) {
        copy.beginRow(row.length);
        for (const each of row) {
          if ('text' in each) copy.text(each.text);
          else if ('jsonb' in each) copy.jsonb(each.jsonb);
          else if ('bigint' in each) copy.bigint(each.bigint);
          else {
            copy.beginField(each.bytes.length);
            copy.piece.set(each.bytes, copy.at);
          }
        }
      }
      const pieces = copy.pieces();
      expect(readRows(Buffer.concat(pieces))).toEqual(rows.map((row) => row.map(written)));
      for (const piece of pieces) seen.add(piece.buffer);
      pool.release(pieces);
    }),
  );
  expect(seen.size).toBeLessThan(300);
});
