import { expect, test } from 'vitest';
import { rateParts, rateText, readRate } from './send-rate.ts';

test.each([
  [5, { value: 5, unit: 'second' }],
  [12.5, { value: 12.5, unit: 'second' }],
  [80 / 60, { value: 80, unit: 'minute' }],
  [0.3333, { value: 20, unit: 'minute' }],
  [0.001, { value: 0.06, unit: 'minute' }],
])('%d a second reads best as %o', (perSecond, parts) => {
  expect(rateParts(perSecond)).toEqual(parts);
});

test('a rate is typed with a comma or a point, and nothing means no limit', () => {
  expect(rateText(12.5, 'pt-BR')).toEqual({ text: '12,5', unit: 'second' });
  expect(rateText(1200, 'en')).toEqual({ text: '1200', unit: 'second' });
  expect(readRate({ text: '12,5', unit: 'second' }, 1_000)).toBe(12.5);
  expect(readRate({ text: ' 30 ', unit: 'minute' }, 1_000)).toBe(0.5);
  expect(readRate({ text: '', unit: 'second' }, 1_000)).toBeNull();
});

test.each(['0', '-1', 'five', '1,2,3', '2000'])('%s is no rate', (text) => {
  expect(readRate({ text, unit: 'second' }, 1_000)).toBeUndefined();
});
