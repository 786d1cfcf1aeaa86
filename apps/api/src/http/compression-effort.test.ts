import { describe, expect, test } from 'vitest';
import { createEffortGauge } from './compression-effort.ts';

/** A gauge whose process is as busy as the test says, one window after another. */
function gaugeOf(): (busy01: number, windows?: number) => string {
  let nowMs = 0;
  let busy01 = 0;
  const gauge = createEffortGauge({ now: () => nowMs, busy01: () => busy01 });
  return (next, windows = 1) => {
    busy01 = next;
    for (let i = 0; i < windows; i++) {
      nowMs += 500;
      gauge.current();
    }
    return gauge.current();
  };
}

describe('how hard replies are compressed', () => {
  test('it eases after two busy windows in a row, and not after one', () => {
    const after = gaugeOf();
    expect(after(1)).toBe('usual');
    expect(after(0.3)).toBe('usual');
    expect(after(1)).toBe('usual');
    expect(after(1)).toBe('eased');
  });

  test('it resumes after six calm windows in a row; a middling one begins the count again', () => {
    const after = gaugeOf();
    after(1, 2);
    expect(after(0.5, 5)).toBe('eased');
    expect(after(0.8)).toBe('eased');
    expect(after(0.5, 5)).toBe('eased');
    expect(after(0.5)).toBe('usual');
  });

  test('load between the two thresholds changes nothing, whichever way it came', () => {
    const after = gaugeOf();
    expect(after(0.8, 50)).toBe('usual');
    after(1, 2);
    expect(after(0.8, 50)).toBe('eased');
  });

  test('it measures once a window, however many ask', () => {
    let nowMs = 0;
    let measured = 0;
    const gauge = createEffortGauge({
      now: () => nowMs,
      busy01: () => {
        measured++;
        return 1;
      },
    });
    for (let i = 0; i < 1000; i++) {
      nowMs += 1;
      gauge.current();
    }
    expect(measured).toBe(2);
  });

  test('the process itself is measured: a loop that never rests is busy', () => {
    let windows = 0;
    const gauge = createEffortGauge(undefined, { windowMs: 20 });
    const until = performance.now() + 10_000;
    while (gauge.current() === 'usual' && performance.now() < until) windows++;
    expect(gauge.current()).toBe('eased');
    expect(windows).toBeGreaterThan(0);
  });
});
