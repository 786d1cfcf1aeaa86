import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { instantOf, isKnownZone, parseWall, wallAt, wallText } from './zoned-time.ts';

/** Zones with every kind of change: north, south, half hours, midnight changes, Ramadan, a skipped day, none. */
const zones = `
  America/Sao_Paulo America/Manaus America/Rio_Branco America/Noronha America/Bahia America/Cuiaba
  America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles
  America/Anchorage America/Adak America/Halifax America/St_Johns America/Havana America/Santiago
  America/Asuncion America/Argentina/Buenos_Aires America/Bogota America/Mexico_City America/Tijuana
  America/Caracas Europe/Lisbon Europe/London Europe/Madrid Europe/Berlin Europe/Athens Europe/Moscow
  Europe/Istanbul Africa/Casablanca Africa/Cairo Africa/Johannesburg Africa/Lagos Africa/Nairobi
  Asia/Dubai Asia/Tehran Asia/Kolkata Asia/Kathmandu Asia/Yangon Asia/Jakarta Asia/Shanghai Asia/Tokyo
  Asia/Gaza Asia/Beirut Australia/Sydney Australia/Adelaide Australia/Lord_Howe Pacific/Auckland
  Pacific/Chatham Pacific/Apia Pacific/Kiritimati Pacific/Marquesas Atlantic/Azores
`
  .trim()
  .split(/\s+/);
const minuteMs = 60_000;

function changesOf(zone: string): Temporal.ZonedDateTime[] {
  const changes: Temporal.ZonedDateTime[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.ZonedDateTime.from(`2022-01-01T00:00[${zone}]`);
  while ((at = at.getTimeZoneTransition('next')) !== null && at.year < 2028) changes.push(at);
  return changes;
}

/** What another implementation says: the first of two, or the instant of the change for a time that is skipped. */
function oracle(zone: string, wall: number): number {
  const local = Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, 19));
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' });
  if (earlier.toPlainDateTime().equals(local)) return earlier.epochMilliseconds;
  const change = earlier.getTimeZoneTransition('next');
  if (change === null) throw new Error(`${zone} skips a time and never changes`);
  return change.epochMilliseconds;
}

describe('a time on the wall', () => {
  test.each(zones)('of %s is one instant, around every change too', (zone) => {
    const walls = [parseWall('2026-11-21T09:00'), parseWall('2028-02-29T23:59')];
    for (const change of changesOf(zone)) {
      const local = wallAt(zone, change.epochMilliseconds);
      for (const minutes of [-90, -60, -30, -1, 0, 30, 60]) {
        walls.push(local + minutes * minuteMs);
      }
      const before = wallAt(zone, change.epochMilliseconds - 1000) + 1000;
      for (const minutes of [0, 15, 30, 59]) walls.push(before + minutes * minuteMs);
    }
    for (const wall of walls) {
      expect([zone, new Date(wall).toISOString(), instantOf(zone, wall)]).toEqual([
        zone,
        new Date(wall).toISOString(),
        oracle(zone, wall),
      ]);
    }
  });

  test('there are more than fifty zones in this table, and both kinds of change', () => {
    expect(new Set(zones).size).toBeGreaterThan(50);
    // São Paulo went from 23:59 to 01:00, and had 23:00 twice.
    expect(new Date(instantOf('America/Sao_Paulo', parseWall('2018-11-04T00:30'))).toISOString()).toBe(
      '2018-11-04T03:00:00.000Z',
    );
    expect(new Date(instantOf('America/Sao_Paulo', parseWall('2019-02-16T23:30'))).toISOString()).toBe(
      '2019-02-17T01:30:00.000Z',
    );
    // Samoa had no 30 December 2011.
    expect(new Date(instantOf('Pacific/Apia', parseWall('2011-12-30T12:00'))).toISOString()).toBe(
      '2011-12-30T10:00:00.000Z',
    );
  });

  test.each([
    ['America/Sao_Paulo', true],
    ['Brazil/East', true],
    ['UTC', true],
    ['+03:00', false],
    ['America/Nowhere', false],
    ['', false],
  ])('%j is a zone: %s', (zone, isZone) => {
    expect(isKnownZone(zone)).toBe(isZone);
  });

  test('is read from a text and written to one, and an unfinished text is no time', () => {
    expect(wallText(parseWall('2026-11-22T09:00'))).toBe('2026-11-22T09:00');
    expect(wallText(wallAt('Asia/Kolkata', Date.parse('2025-12-31T19:00:30Z')))).toBe('2026-01-01T00:30');
    expect(parseWall('2026-11-')).toBeNaN();
    expect(parseWall('')).toBeNaN();
  });
});
