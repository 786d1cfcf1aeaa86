import { sendingHours, type SendingHoursInput } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { nationalDays } from './national-days.ts';
import { nextOpening } from './openings.ts';

const saoPaulo = 'America/Sao_Paulo';
const workdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

function opening(
  hours: SendingHoursInput,
  at: string,
  zone = saoPaulo,
  holidays: readonly string[] = [],
): [string, string] | undefined {
  const found = nextOpening(sendingHours.parse(hours), zone, Date.parse(at), new Set(holidays));
  return found && [new Date(found.fromMs).toISOString(), new Date(found.toMs).toISOString()];
}

describe('the next opening', () => {
  const office: SendingHoursInput = { windows: [{ days: [...workdays], from: '09:00', to: '18:00' }] };

  test.each([
    ['before it opens', '2026-11-23T08:00-03:00', '2026-11-23T12:00:00.000Z', '2026-11-23T21:00:00.000Z'],
    ['while it is open', '2026-11-23T10:00-03:00', '2026-11-23T12:00:00.000Z', '2026-11-23T21:00:00.000Z'],
    ['at its last instant', '2026-11-23T18:00-03:00', '2026-11-24T12:00:00.000Z', '2026-11-24T21:00:00.000Z'],
    ['on a Saturday', '2026-11-21T10:00-03:00', '2026-11-23T12:00:00.000Z', '2026-11-23T21:00:00.000Z'],
  ])('%s', (_name, at, from, to) => {
    expect(opening(office, at)).toEqual([from, to]);
  });

  test('over midnight belongs to the day on which it begins', () => {
    const night: SendingHoursInput = { windows: [{ days: ['fri'], from: '22:00', to: '02:00' }] };
    const friday = ['2026-11-28T01:00:00.000Z', '2026-11-28T05:00:00.000Z'];
    expect(opening(night, '2026-11-28T01:30-03:00')).toEqual(friday);
    expect(opening(night, '2026-11-28T02:00-03:00')).not.toEqual(friday);
  });

  test('leaves out quiet hours, holidays of the campaign and of the tenant, and national days', () => {
    const quiet: SendingHoursInput = { quiet: { from: '20:00', to: '08:00' } };
    expect(opening(quiet, '2026-11-23T21:00-03:00')).toEqual([
      '2026-11-24T11:00:00.000Z',
      '2026-11-24T23:00:00.000Z',
    ]);
    const holidays = { ...office, holidays: ['2026-11-23'], holiday_country: 'BR' as const };
    expect(opening(holidays, '2026-11-21T10:00-03:00', saoPaulo, ['2026-11-24'])?.[0]).toBe(
      '2026-11-25T12:00:00.000Z',
    );
    expect(opening({ ...office, holiday_country: 'BR' }, '2026-12-25T08:00-03:00')?.[0]).toBe(
      '2026-12-28T12:00:00.000Z',
    );
    // A window that runs into a holiday ends at midnight.
    const night: SendingHoursInput = {
      windows: [{ days: ['thu'], from: '22:00', to: '02:00' }],
      holidays: ['2026-11-27'],
    };
    expect(opening(night, '2026-11-26T12:00-03:00')?.[1]).toBe('2026-11-27T03:00:00.000Z');
  });

  test('is shorter or longer on the days on which the clocks change, and may not exist at all', () => {
    const night: SendingHoursInput = { windows: [{ days: ['sun'], from: '01:00', to: '04:00' }] };
    const hours = (at: string): number => {
      const [from = '', to = ''] = opening(night, at, 'America/New_York') ?? [];
      return (Date.parse(to) - Date.parse(from)) / 3_600_000;
    };
    expect(hours('2027-03-13T12:00Z')).toBe(2);
    expect(hours('2027-11-06T12:00Z')).toBe(4);
    const skipped: SendingHoursInput = { windows: [{ days: ['sun'], from: '02:00', to: '03:00' }] };
    expect(opening(skipped, '2027-03-13T12:00Z', 'America/New_York')?.[0]).toBe('2027-03-21T06:00:00.000Z');
  });

  test('is none when everything is closed', () => {
    expect(
      opening(
        { windows: [{ days: ['mon'], from: '09:00', to: '10:00' }], quiet: { from: '08:00', to: '12:00' } },
        '2026-11-23T00:00Z',
      ),
    ).toBeUndefined();
  });
});

test('national days fall where they do', () => {
  expect([...nationalDays('BR', 2026).keys()].sort()).toEqual([
    '2026-01-01',
    '2026-04-03',
    '2026-04-21',
    '2026-05-01',
    '2026-09-07',
    '2026-10-12',
    '2026-11-02',
    '2026-11-15',
    '2026-11-20',
    '2026-12-25',
  ]);
  for (const day of ['2026-01-19', '2026-05-25', '2026-11-26'])
    expect([...nationalDays('US', 2026).keys()]).toContain(day);
  expect(nationalDays('PT', 2026).get('2026-06-04')).toBe('Corpo de Deus');
});
