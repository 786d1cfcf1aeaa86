import { sendingHours } from '@zaphub/types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  expectedFinish,
  type RecipientGroup,
  type SendingNumber,
  type SendingPlan,
} from './expected-finish.ts';
import { nextOpening } from './openings.ts';
import { simulateSending } from './simulate-sending-fixture.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const from = Date.parse('2026-11-23T12:00:00Z');
const ratesOf = (numbers: readonly SendingNumber[]): number[] =>
  numbers.map(({ ratePerSecond }) => ratePerSecond ?? Infinity);

/** A plan of one group and one number, unless told otherwise. */
const planOf = (
  parts: Partial<Omit<RecipientGroup, 'fromMs'>> & Partial<SendingNumber> & Partial<SendingPlan>,
): SendingPlan => {
  const { messages = 1000, openingAt, dayAt, ratePerSecond = 1, ...plan } = parts;
  return {
    groups: [{ messages, fromMs: from, ...(openingAt === undefined ? {} : { openingAt }) }],
    numbers: [{ ratePerSecond, weight: 1, ...(dayAt === undefined ? {} : { dayAt }) }],
    ratesOf,
    ...plan,
    ratePerSecond: null,
  };
};
const finish = (parts: Parameters<typeof planOf>[0]): number | undefined => {
  const at = expectedFinish(planOf(parts));
  return at === undefined ? undefined : Math.round(at - from);
};
/** Caps by days of UTC. */
const capped =
  (today: number, later: number): NonNullable<SendingNumber['dayAt']> =>
  (at) => {
    const day = Math.floor(at / dayMs);
    return {
      left: day === Math.floor(from / dayMs) ? today : later,
      endsMs: (day + 1) * dayMs,
      key: String(day),
    };
  };
const office = sendingHours.parse({
  windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' }],
});
const officeOf = (zone: string, messages: number, fromMs = from): RecipientGroup => ({
  messages,
  fromMs,
  openingAt: (at) => nextOpening(office, zone, at),
});

describe('the expected finish', () => {
  test('follows the rate, and is at once without any limit', () => {
    expect(finish({ messages: 101, ratePerSecond: 10 })).toBe(10_000);
    expect(finish({ ratePerSecond: null })).toBe(0);
    expect(finish({ messages: 0 })).toBe(0);
  });

  test('waits for the hours, over as many days as it takes', () => {
    const hours = sendingHours.parse({
      windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '13:00', to: '14:00' }],
    });
    const openingAt = (at: number) => nextOpening(hours, 'UTC', at);
    // Monday 13:00 and Tuesday 13:00, an hour's worth each.
    expect(finish({ messages: 5400, openingAt })).toBe(hourMs + dayMs + 1799_000);
    expect(finish({ messages: 1, openingAt: () => undefined })).toBeUndefined();
  });

  test('heeds what a day may have', () => {
    const dayAt = capped(40, 100);
    expect(finish({ messages: 40, dayAt })).toBe(39_000);
    expect(finish({ messages: 200, dayAt })).toBe(12 * hourMs + dayMs + 59_000);
    expect(finish({ messages: 1, dayAt: capped(0, 0) })).toBeUndefined();
    expect(finish({ messages: 120, dayAt, ratePerSecond: null })).toBe(12 * hourMs);
  });

  test('waits for the last zone, and for the zones one after the other when the rate is short', () => {
    const groups = [
      officeOf('Asia/Tokyo', 100, Date.parse('2026-11-24T00:00Z')),
      officeOf('America/New_York', 100, Date.parse('2026-11-24T14:00Z')),
    ];
    expect(finish({ groups })).toBe(Date.parse('2026-11-24T14:00Z') - from + 99_000);
    // Tokyo is done before New York opens: each takes five hours of its own day.
    const busy = groups.map((group) => ({ ...group, messages: 18_000 }));
    expect(finish({ groups: busy })).toBe(Date.parse('2026-11-24T14:00Z') - from + 17_999_000);
  });

  test('adds numbers up, each with the caps of its own zone, and keeps to what they may have together', () => {
    const numbers = [
      { ratePerSecond: 2, weight: 1, dayAt: capped(10, 100) },
      { ratePerSecond: 1, weight: 1 },
    ];
    // Ten of the first in five seconds, with five of the second; then one a second.
    expect(finish({ messages: 20, numbers })).toBe(9_000);
    const both = { ...planOf({ messages: 31, numbers: numbers.slice(1) }), ratePerSecond: 0.5 };
    expect((expectedFinish(both) ?? 0) - from).toBe(60_000);
  });

  test('is within a fifth of what comes of sending one by one, whatever the plan', () => {
    const zones = ['America/Sao_Paulo', 'Asia/Tokyo', 'America/New_York', 'Europe/Lisbon', 'Asia/Kolkata'];
    const group = fc.record({
      zone: fc.constantFrom(...zones),
      messages: fc.integer({ min: 1, max: 400 }),
      startsInH: fc.integer({ min: 0, max: 30 }),
      hasHours: fc.boolean(),
    });
    const number = fc.record({
      ratePerSecond: fc.constantFrom(0.005, 0.02, 0.1, 1),
      cap: fc.option(fc.integer({ min: 20, max: 200 })),
    });
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 1, maxLength: 4 }),
        fc.array(number, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(null, 0.01, 0.5),
        (groups, numbers, ratePerSecond) => {
          const plan: SendingPlan = {
            groups: groups.map(({ zone, messages, startsInH, hasHours }) => {
              const made = officeOf(zone, messages, from + startsInH * hourMs);
              return hasHours ? made : { messages: made.messages, fromMs: made.fromMs };
            }),
            numbers: numbers.map(({ ratePerSecond: rate, cap }) => ({
              ratePerSecond: rate,
              weight: 1,
              ...(cap === null ? {} : { dayAt: capped(cap, cap) }),
            })),
            ratePerSecond,
            ratesOf,
          };
          const [expected, sent] = [expectedFinish(plan) ?? NaN, simulateSending(plan)];
          const [expectedMs, tookMs] = [expected - from, sent - from];
          // An interval more or less: one by one there are no halves.
          const intervalMs =
            1000 / Math.min(...numbers.map((each) => each.ratePerSecond), ratePerSecond ?? 1);
          expect(Math.abs(expectedMs - tookMs)).toBeLessThan(0.2 * tookMs + 2 * intervalMs);
        },
      ),
      { numRuns: 60 },
    );
  });
});
