import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compress, decompress } from './compression.ts';
import { createEncoding } from './create-encoding.ts';
import type { EncodingName } from './encoding.ts';
import { recordShapes } from './records-encoding.ts';

const schema = z.object({
  id: z.string(),
  count: z.number().optional(),
  tags: z.array(z.string()),
  items: z.array(z.object({ sku: z.string(), price: z.number().nullable() })),
});
const item = fc.record({
  sku: fc.string(),
  price: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
});
const value = fc.record(
  {
    id: fc.string({ unit: 'grapheme' }),
    count: fc.integer(),
    tags: fc.array(fc.string({ unit: 'grapheme' })),
    items: fc.array(item, { maxLength: 40 }),
  },
  { requiredKeys: ['id', 'tags', 'items'] },
);

describe.each<EncodingName>(['json', 'msgpack', 'records'])('%s', (name) => {
  it('gives back to one instance what another has encoded', () => {
    const [ours, theirs] = [createEncoding(name, schema), createEncoding(name, schema)];
    fc.assert(
      fc.property(value, (given) => {
        // -0 is 0 in JSON.
        const expected: unknown = JSON.parse(JSON.stringify(given));
        const decoded = theirs.decode(ours.encode(given));
        expect(JSON.parse(JSON.stringify(decoded))).toEqual(expected);
      }),
    );
  });

  it('carries any JSON, whatever the schema says', () => {
    const [ours, theirs] = [createEncoding(name, schema), createEncoding(name, schema)];
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (given) => {
        expect(JSON.stringify(theirs.decode(ours.encode(given)))).toBe(JSON.stringify(withSafeKeys(given)));
      }),
      { examples: [[{ items: [{ price: 1, sku: 'other order' }] }]] },
    );
  });

  it('fails on bytes that are none of its own', () => {
    const encoding = createEncoding(name, schema);
    expect(() => encoding.decode(Buffer.from([]))).toThrow();
    expect(() => encoding.decode(Buffer.from('{"a":'))).toThrow();
  });
});

it('records are smaller, because names come from the schema', () => {
  const many = {
    id: 'x',
    tags: [],
    items: Array.from({ length: 50 }, (_, i) => ({ sku: `s${i}`, price: i })),
  };
  const sizes = (['json', 'msgpack', 'records'] as const).map(
    (name) => createEncoding(name, schema).encode(many).length,
  );
  expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
  expect(sizes[2]).toBeLessThan((sizes[1] ?? 0) * 0.6);
});

it('shapes are found through arrays, unions and options, in the order of the schema', () => {
  const deep = z.object({
    a: z.union([z.object({ x: z.string() }), z.object({ y: z.string(), z: z.string() })]).nullable(),
    b: z.record(z.string(), z.object({ w: z.number() })),
    when: z.date(),
  });
  expect(recordShapes(deep)).toEqual([['a', 'b', 'when'], ['x'], ['y', 'z'], ['w']]);
});

it('compressed bytes come back, and what does not get smaller is left alone', () => {
  const text = Buffer.from('campaign '.repeat(1000));
  const packed = compress(text);
  expect(packed?.length).toBeLessThan(100);
  expect(packed && decompress(packed)).toEqual(text);
  expect(compress(Buffer.from('short'))).toBeUndefined();
  expect(() => decompress(Buffer.from('garbage'))).toThrow();
});

/** The same without a key that would set a prototype. */
function withSafeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSafeKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, of]) => [key === '__proto__' ? '__proto_' : key, withSafeKeys(of)]),
  );
}
