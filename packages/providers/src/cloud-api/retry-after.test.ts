import { expect, it } from 'vitest';
import { retryAfterMsOf } from './retry-after.ts';

const wait = (headers: Record<string, string>): number | undefined => retryAfterMsOf((name) => headers[name]);
const usage = (minutes: number): string =>
  JSON.stringify({
    '102290129340398': [
      { type: 'whatsapp', call_count: 100, estimated_time_to_regain_access: minutes },
      { type: 'other', call_count: 3 },
    ],
  });

it('takes the longest of what the answer says, in milliseconds', () => {
  expect(wait({ 'retry-after': '7' })).toBe(7_000);
  expect(wait({ 'x-business-use-case-usage': usage(19) })).toBe(1_140_000);
  expect(wait({ 'retry-after': '7', 'x-business-use-case-usage': usage(1) })).toBe(60_000);
});

it.each([
  {},
  { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' },
  { 'retry-after': '-5' },
  { 'x-business-use-case-usage': usage(0) },
  { 'x-business-use-case-usage': '{broken' },
  { 'x-business-use-case-usage': '[1]' },
])('finds no time to wait in %j', (headers) => {
  expect(wait(headers)).toBeUndefined();
});
