import { expect, it } from 'vitest';
import { z } from 'zod';
import { type CacheClassOptions, defineCacheClass } from './cache-class.ts';

const good: CacheClassOptions<string, 'global'> = {
  name: 'x',
  scope: 'global',
  schema: z.string(),
  ttlMs: 1000,
};

it.each([
  { name: 'Upper' },
  { name: '' },
  { name: 'a:b' },
  { ttlMs: 0 },
  { ttlMs: Number.NaN },
  { jitter01: 1.1 },
  { staleMs: -1 },
  { maxKeys: 0 },
])('a class with %j is refused', (wrong) => {
  expect(() => defineCacheClass({ ...good, ...wrong })).toThrow(
    expect.objectContaining({ code: 'cache_class_invalid' }),
  );
});

it('another version, encoding or shape has another fingerprint, the same ones the same', () => {
  const shape = z.object({ a: z.string(), b: z.object({ c: z.number() }).optional() });
  const prints = [
    defineCacheClass({ ...good }),
    defineCacheClass({ ...good, version: 2 }),
    defineCacheClass({ ...good, encoding: 'msgpack' }),
    defineCacheClass({ ...good, schema: shape, encoding: 'records' }),
    defineCacheClass({ ...good, schema: shape.extend({ d: z.string() }), encoding: 'records' }),
  ].map(({ fingerprint }) => fingerprint);
  expect(new Set(prints).size).toBe(prints.length);
  expect(defineCacheClass({ ...good, name: 'y' }).fingerprint).toBe(prints[0]);
});
