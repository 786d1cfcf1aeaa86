import { sendingHours } from '@zaphub/types';
import { describe, expect, test } from 'vitest';
import { expectedFinish } from './expected-finish.ts';
import { nextOpening } from './openings.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const from = Date.parse('2026-11-23T12:00:00Z');
const finish = (plan: Partial<Parameters<typeof expectedFinish>[0]>): number | undefined => {
  const at = expectedFinish({ messages: 1000, fromMs: from, ratePerSecond: 1, ...plan });
  return at === undefined ? undefined : at - from;
};

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
    const dayAt = (at: number) => {
      const day = Math.floor(at / dayMs);
      return {
        left: day === Math.floor(from / dayMs) ? 40 : 100,
        endsMs: (day + 1) * dayMs,
        key: String(day),
      };
    };
    expect(finish({ messages: 40, dayAt })).toBe(39_000);
    expect(finish({ messages: 200, dayAt })).toBe(12 * hourMs + dayMs + 59_000);
    expect(finish({ messages: 1, dayAt: (at) => ({ ...dayAt(at), left: 0 }) })).toBeUndefined();
  });
});
