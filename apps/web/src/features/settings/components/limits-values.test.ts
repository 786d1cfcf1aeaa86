import type { TenantLimits } from '@zaphub/types';
import { expect, test } from 'vitest';
import { patchOf, valuesOf } from './limits-values.ts';

const free: TenantLimits = {
  rate_per_second: null,
  frequency_cap: null,
  frequency_days: 7,
  frequency_policy: 'skip',
};
const shown = valuesOf(free, 'en');

test('nothing is asked for that was not changed', () => {
  expect(patchOf(shown, shown)).toEqual({ patch: {}, wrong: new Set() });
});

test('a rate and a cap are asked for together', () => {
  const values = { ...shown, rate: { text: '90', unit: 'minute' }, isCapped: true, policy: 'wait' } as const;
  expect(patchOf(values, shown).patch).toEqual({
    rate_per_second: 1.5,
    frequency_cap: 3,
    frequency_days: 7,
    frequency_policy: 'wait',
  });
});

test('a cap that is switched off is taken away', () => {
  const capped = valuesOf({ ...free, frequency_cap: 2 }, 'en');
  expect(patchOf({ ...capped, isCapped: false }, capped).patch).toEqual({ frequency_cap: null });
});

test.each([
  [{ isCapped: true, cap: '0' }, 'cap'],
  [{ isCapped: true, days: '91' }, 'days'],
  [{ rate: { text: 'x', unit: 'second' } }, 'rate'],
] as const)('%o does not fit', (change, place) => {
  expect([...patchOf({ ...shown, ...change }, shown).wrong]).toEqual([place]);
});
