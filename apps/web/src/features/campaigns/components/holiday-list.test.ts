import { expect, test } from 'vitest';
import { withHolidays, withoutHoliday } from './holiday-list.ts';

const natal = { day: '2026-12-25', name: 'Natal' };
const finados = { day: '2026-11-02', name: 'Finados' };

test('days are in order, each once, and keep the name they have', () => {
  const own = { day: '2026-12-25', name: 'Natal na loja' };
  expect(withHolidays([own], [natal, finados])).toEqual([finados, own]);
  expect(withHolidays([], [])).toEqual([]);
});

test('a day is taken out', () => {
  expect(withoutHoliday([finados, natal], '2026-11-02')).toEqual([natal]);
  expect(withoutHoliday([natal], '2026-01-01')).toEqual([natal]);
});
