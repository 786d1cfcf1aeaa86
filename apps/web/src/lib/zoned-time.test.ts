import { expect, test } from 'vitest';
import { instantOf, wallTimeOf } from './zoned-time.ts';

test.each([
  ['2026-11-22T09:00', 'America/Sao_Paulo', '2026-11-22T12:00:00.000Z'],
  ['2026-07-01T09:00', 'Europe/Lisbon', '2026-07-01T08:00:00.000Z'],
  ['2026-01-01T00:30', 'Asia/Kolkata', '2025-12-31T19:00:00.000Z'],
  ['2026-12-31T23:59', 'Pacific/Kiritimati', '2026-12-31T09:59:00.000Z'],
])('%s in %s is %s, and back', (wall, zone, instant) => {
  expect(instantOf(wall, zone)?.toISOString()).toBe(instant);
  expect(wallTimeOf(new Date(instant), zone)).toBe(wall);
});

test('a time that happens twice means the first', () => {
  expect(instantOf('2026-11-01T01:30', 'America/New_York')?.toISOString()).toBe('2026-11-01T05:30:00.000Z');
});

test('a time that is skipped moves forward by the gap', () => {
  const instant = instantOf('2026-03-08T02:30', 'America/New_York');
  expect(instant && wallTimeOf(instant, 'America/New_York')).toBe('2026-03-08T03:30');
});

test('an unfinished text is no time', () => {
  expect(instantOf('2026-11-', 'UTC')).toBeUndefined();
});
