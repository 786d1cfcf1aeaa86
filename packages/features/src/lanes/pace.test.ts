import { describe, expect, test } from 'vitest';
import { createPace } from './pace.ts';

function paceAt(ratePerSecond: number | null, waitMs = 0) {
  let nowMs = 0;
  const pace = createPace(ratePerSecond, { waitMs, now: () => nowMs });
  return { pace, advance: (ms: number) => void (nowMs += ms) };
}

describe('a pace', () => {
  test('without a rate never waits', () => {
    const { pace } = paceAt(null);
    pace.take(1_000_000);
    expect(pace.waitMs()).toBe(0);
    expect(pace.burst).toBe(Infinity);
  });

  test('spreads sends evenly and allows a quarter of a second at once', () => {
    const { pace, advance } = paceAt(80);
    expect(pace.burst).toBe(20);
    pace.take(20);
    expect(pace.waitMs()).toBe(250);
    advance(100);
    expect(pace.waitMs()).toBe(150);
    advance(150);
    expect(pace.waitMs()).toBe(0);
  });

  test('saves nothing up while it is idle', () => {
    const { pace, advance } = paceAt(10);
    advance(60_000);
    pace.take(2);
    expect(pace.waitMs()).toBe(200);
  });

  test('slower than one a second still lets one go', () => {
    const { pace } = paceAt(0.1);
    expect(pace.burst).toBe(1);
    pace.take(1);
    expect(pace.waitMs()).toBe(10_000);
  });

  test('keeps in any second to its rate and one burst', () => {
    const { pace, advance } = paceAt(40);
    const sentAtMs: number[] = [];
    for (let ms = 0; ms < 5_000; ms++) {
      if (pace.waitMs() === 0) {
        pace.take(pace.burst);
        for (let i = 0; i < pace.burst; i++) sentAtMs.push(ms);
      }
      advance(1);
    }
    for (const start of sentAtMs) {
      const inWindow = sentAtMs.filter((at) => at >= start && at < start + 1000).length;
      expect(inWindow).toBeLessThanOrEqual(40 + pace.burst);
    }
    expect(sentAtMs.length).toBeGreaterThanOrEqual(190);
  });

  test('begins where the one before ended, and is held when told to', () => {
    const { pace, advance } = paceAt(10, 500);
    expect(pace.waitMs()).toBe(500);
    advance(500);
    pace.hold(2_000);
    expect(pace.waitMs()).toBe(2_000);
  });
});
