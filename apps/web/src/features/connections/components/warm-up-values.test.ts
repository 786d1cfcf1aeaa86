import { standardWarmUp } from '@zaphub/types';
import { expect, test } from 'vitest';
import { isStandard, rampOf, readPlan } from './warm-up-values.ts';

test('a plan is laid out day by day, over the end of a month', () => {
  expect(rampOf([20, 25, 30], '2026-11-29', '2026-11-30')).toEqual([
    { nth: 1, date: '2026-11-29', most: 20, when: 'past' },
    { nth: 2, date: '2026-11-30', most: 25, when: 'today' },
    { nth: 3, date: '2026-12-01', most: 30, when: 'coming' },
  ]);
});

test('a plan of one’s own is numbers, however they are apart', () => {
  expect(readPlan('20, 40\n80;100')).toEqual([20, 40, 80, 100]);
  expect(readPlan(' ')).toBeUndefined();
  expect(readPlan('10 0 20')).toBeUndefined();
  expect(readPlan(Array.from({ length: 366 }, () => 5).join(' '))).toBeUndefined();
});

test('the built-in plan is known again', () => {
  expect(isStandard([...standardWarmUp])).toBe(true);
  expect(isStandard([20, 25])).toBe(false);
});
