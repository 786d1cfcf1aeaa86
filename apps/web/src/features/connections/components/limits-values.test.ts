import type { NumberLimits } from '@zaphub/types';
import { expect, test } from 'vitest';
import { limitsPatchOf, limitsValuesOf } from './limits-values.ts';

const limits: NumberLimits = {
  rate_per_second: 1 / 3,
  rate_now: 1 / 3,
  jitter01: 0.3,
  daily_cap: 200,
  timezone: null,
  warm_up: null,
  warm_up_from: null,
  unanswered_limit: null,
  today: '2026-11-22',
  cap_today: 200,
  left_today: 163,
};
const shown = limitsValuesOf(limits, 'pt-BR');

test('limits are shown as people say them', () => {
  expect(shown).toEqual({
    rate: { text: '20', unit: 'minute' },
    jitter: '30',
    cap: '200',
    zone: '',
    unanswered: '',
  });
});

test('only what was changed is asked for', () => {
  expect(limitsPatchOf(shown, shown).patch).toEqual({});
  expect(limitsPatchOf({ ...shown, cap: '', jitter: '15' }, shown).patch).toEqual({
    daily_cap: null,
    jitter01: 0.15,
  });
  expect(limitsPatchOf({ ...shown, rate: { text: '20', unit: 'second' } }, shown).patch).toEqual({
    rate_per_second: 20,
  });
  expect(limitsPatchOf({ ...shown, zone: 'America/Manaus', unanswered: '50' }, shown).patch).toEqual({
    timezone: 'America/Manaus',
    unanswered_limit: 50,
  });
});

test.each([
  [{ cap: '0' }, 'cap'],
  [{ cap: '1.5' }, 'cap'],
  [{ jitter: '95' }, 'jitter'],
  [{ unanswered: 'many' }, 'unanswered'],
  [{ rate: { text: '2000', unit: 'second' } }, 'rate'],
] as const)('%o does not fit', (change, field) => {
  expect([...limitsPatchOf({ ...shown, ...change }, shown).wrong]).toEqual([field]);
});
