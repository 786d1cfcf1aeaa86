import { expect, it } from 'vitest';
import { monotonicClock } from './clock.ts';

it('sleeps at least about as long as asked', async () => {
  const startedAt = monotonicClock.now();
  await monotonicClock.sleep(5);
  expect(monotonicClock.now() - startedAt).toBeGreaterThanOrEqual(4);
});

it('stops sleeping at once when aborted, and never starts when already aborted', async () => {
  const stop = new AbortController();
  const sleeping = monotonicClock.sleep(60_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(monotonicClock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
});
