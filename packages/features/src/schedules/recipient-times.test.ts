import { sendingHours } from '@zaphub/types';
import { expect, test } from 'vitest';
import { recipientTimes } from './recipient-times.ts';
import type { CampaignTimes } from './set-opening.ts';

/** Days off that know how often they were asked for. */
class CountedDays extends Set<string> {
  asked = 0;
  override has(day: string): boolean {
    this.asked++;
    return super.has(day);
  }
}

function timesWith(holidays: ReadonlySet<string>): CampaignTimes {
  const windows = [{ days: ['mon', 'tue'], from: '09:00', to: '18:00' }];
  return {
    hours: sendingHours.parse({ windows }),
    clock: 'recipient',
    timezone: 'America/Bahia',
    startsAt: '2050-06-01T08:00',
    latePolicy: 'send',
    lateAfterMs: 0,
    holidays,
    nowMs: Date.parse('2050-05-01T00:00:00Z'),
  };
}

test('a zone is worked out once, however many names stand for it', () => {
  const once = new CountedDays();
  const [bahia] = recipientTimes(timesWith(once), ['America/Bahia']);
  const often = new CountedDays();
  const names = ['America/Bahia', 'AMERICA/bahia', ...Array.from({ length: 500 }, (_, nth) => `here ${nth}`)];
  const found = recipientTimes(timesWith(often), names);
  expect(found.map(({ name }) => name)).toEqual(names);
  for (const { dueAt, openUntil } of found) {
    expect({ dueAt, openUntil }).toEqual({ dueAt: bahia?.dueAt, openUntil: bahia?.openUntil });
  }
  expect(often.asked).toBe(once.asked);
});
