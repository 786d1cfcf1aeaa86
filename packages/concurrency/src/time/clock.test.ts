import { expect, it, onTestFinished, vi } from 'vitest';
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

it('keeps a timer that is longer than the platform holds, and one that never fires, until it is cancelled', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const fired: string[] = [];
  monotonicClock.timer(2 ** 32, () => fired.push('in 50 days'));
  const cancel = monotonicClock.timer(Infinity, () => fired.push('never'));
  vi.advanceTimersByTime(2 ** 32 - 1);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect([fired, vi.getTimerCount()]).toEqual([['in 50 days'], 1]);
  vi.advanceTimersByTime(2 ** 32);
  cancel();
  expect([fired, vi.getTimerCount()]).toEqual([['in 50 days'], 0]);
});
