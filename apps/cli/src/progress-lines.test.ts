import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgressLines } from './progress-lines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells a short step in one line, and a long one when it begins to last', () => {
  const lines: string[] = [];
  const progress = createProgressLines(
    (line) => lines.push(line),
    () => Date.now(),
  );
  progress.step('Starting');
  vi.advanceTimersByTime(900);
  progress.step('Creating');
  expect(lines).toEqual(['Starting… 0.9 s']);
  vi.advanceTimersByTime(2_500);
  expect(lines).toEqual(['Starting… 0.9 s', 'Creating…']);
  progress.done();
  progress.done();
  expect(lines).toEqual(['Starting… 0.9 s', 'Creating…', 'Creating… 2.5 s']);
});
