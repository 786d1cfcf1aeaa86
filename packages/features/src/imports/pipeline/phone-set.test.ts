import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPhoneSet } from './phone-set.ts';

test('a phone is new exactly once', () => {
  const phone = fc.integer({ min: 0, max: 60_000 }).map((n) => `+5511${String(900_000_000 + n * 7919)}`);
  fc.assert(
    fc.property(fc.array(phone, { maxLength: 400 }), (phones) => {
      const set = createPhoneSet();
      const model = new Set<string>();
      for (const each of phones) {
        expect(set.add(each)).toBe(!model.has(each));
        model.add(each);
      }
      expect(set.size).toBe(model.size);
    }),
  );
});

test('grows, and tells the longest phones apart', () => {
  const set = createPhoneSet();
  const phones = Array.from({ length: 50_000 }, (_, n) => `+${999_999_999_900_000 + n}`);
  expect(phones.filter((phone) => set.add(phone))).toHaveLength(50_000);
  expect(phones.filter((phone) => set.add(phone))).toHaveLength(0);
  expect(set.size).toBe(50_000);
  set.clear();
  expect(set.size).toBe(0);
  expect(phones.filter((phone) => set.add(phone))).toHaveLength(50_000);
});
