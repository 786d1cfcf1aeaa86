import { createManualClock } from '@zaphub/concurrency/testing';
import { expect, it } from 'vitest';
import { settleWithin } from './settle-within.ts';

it('tells values, failures and lateness apart, and leaves no timer', async () => {
  const clock = createManualClock();
  expect(await settleWithin(Promise.resolve(7), 10, clock)).toEqual({ outcome: 'fulfilled', value: 7 });
  expect(await settleWithin(Promise.reject(new Error('x')), 10, clock)).toMatchObject({
    outcome: 'rejected',
  });
  const late = settleWithin(new Promise<never>(() => undefined), 10, clock);
  await clock.advance(10);
  expect(await late).toEqual({ outcome: 'late' });
  expect(clock.timers).toBe(0);
});
