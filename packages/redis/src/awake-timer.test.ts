import type { Clock } from '@zaphub/concurrency';
import { describe, expect, it } from 'vitest';
import { awakeTimer } from './awake-timer.ts';

/** Timers fire when the test says so, late or not. */
function setUp(delayMs: number) {
  let nowMs = 0;
  const timers: { atMs: number; act: () => void }[] = [];
  const clock: Pick<Clock, 'now' | 'timer'> = {
    now: () => nowMs,
    timer: (ms, act) => {
      const timer = { atMs: nowMs + ms, act };
      timers.push(timer);
      return () => void timers.splice(timers.indexOf(timer), 1);
    },
  };
  let acts = 0;
  const cancel = awakeTimer(clock, delayMs, () => void acts++);
  return {
    cancel,
    acts: () => acts,
    nextAtMs: () => timers[0]?.atMs,
    fireAt: (ms: number) => {
      nowMs = ms;
      timers.shift()?.act();
    },
  };
}

describe('a timer that allows for the process standing still', () => {
  it('acts in time when nothing happened', () => {
    const { acts, fireAt, nextAtMs } = setUp(100);
    fireAt(110);
    expect(acts()).toBe(1);
    expect(nextAtMs()).toBeUndefined();
  });

  it('waits once more, for as long as the process stood still', () => {
    const { acts, fireAt, nextAtMs } = setUp(100);
    fireAt(140);
    expect(acts()).toBe(0);
    expect(nextAtMs()).toBe(180);
    fireAt(400);
    expect(acts()).toBe(1);
  });

  it('waits no longer than the first time', () => {
    const { fireAt, nextAtMs } = setUp(100);
    fireAt(5000);
    expect(nextAtMs()).toBe(5100);
  });

  it.each([undefined, 140])('does nothing once it is cancelled, fired late at %s or not yet', (lateAt) => {
    const { acts, cancel, fireAt, nextAtMs } = setUp(100);
    if (lateAt !== undefined) fireAt(lateAt);
    cancel();
    expect(nextAtMs()).toBeUndefined();
    expect(acts()).toBe(0);
  });
});
