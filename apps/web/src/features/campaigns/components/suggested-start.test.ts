import { parseWall, wallText } from '@zaphub/types';
import { expect, test } from 'vitest';
import { suggestedStart } from './suggested-start.ts';

test.each([
  ['2026-11-21T10:05', '2026-11-21T11:00'],
  ['2026-11-21T10:31', '2026-11-21T12:00'],
  ['2026-11-21T19:20', '2026-11-21T20:00'],
  ['2026-11-21T19:40', '2026-11-22T09:00'],
  ['2026-12-31T23:10', '2027-01-01T09:00'],
  ['2026-11-21T00:10', '2026-11-21T09:00'],
  ['2026-11-21T06:45', '2026-11-21T08:00'],
])('at %s a start at %s is proposed', (now, start) => {
  expect(wallText(suggestedStart(parseWall(now)))).toBe(start);
});
