import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPublicId, type IdKind, idPrefixes, publicId, toPublicId } from './ids.ts';

// Object.keys forgets which keys it was given.
const kinds = Object.keys(idPrefixes) as IdKind[];
const kind = fc.constantFrom(...kinds);
const anyUuid = fc
  .array(fc.constantFrom(...Array.from('0123456789abcdef')), { minLength: 32, maxLength: 32 })
  .map((digits) => digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'));

/** Ids, and texts that differ from one in a character, a length or a line end. */
const nearlyAnId = fc
  .tuple(kind, anyUuid, fc.nat(31), fc.constantFrom(...Array.from('019a7zilou8-_ \nA\u0130é')), fc.nat(4))
  .map(([from, uuid, at, character, change]) => {
    const id = toPublicId(from, uuid);
    switch (change) {
      case 0:
        return id;
      case 1:
        return id.slice(0, at) + character + id.slice(at + 1);
      case 2:
        return id + character;
      case 3:
        return id.slice(0, at) + id.slice(at + 1);
      default:
        return character + id;
    }
  });

describe('publicId', () => {
  it('accepts exactly what can be read', () => {
    fc.assert(
      fc.property(kind, fc.oneof(nearlyAnId, fc.string()), (expected, text) => {
        expect(publicId(expected).safeParse(text).success).toBe(fromPublicId(expected, text) !== undefined);
      }),
      { numRuns: 5000 },
    );
  });

  it('judges every character in every place as the reader does', () => {
    const id = toPublicId('campaign', 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    const schema = publicId('campaign');
    for (let at = 0; at < id.length; at++) {
      for (let code = 0; code < 0x250; code++) {
        const text = id.slice(0, at) + String.fromCharCode(code) + id.slice(at + 1);
        const isRead = fromPublicId('campaign', text) !== undefined;
        if (schema.safeParse(text).success !== isRead) expect.unreachable(`${text} at ${at}`);
      }
    }
    expect(schema.parse(id)).toBe(id);
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(kind, anyUuid, (to, uuid) => {
        expect(fromPublicId(to, toPublicId(to, uuid))).toBe(uuid);
      }),
    );
  });
});
